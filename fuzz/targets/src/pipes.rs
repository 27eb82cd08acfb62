//! Messages between a host and the processes of its guests.

use std::fmt::Debug;

use ext_host_process::protocol::{FromChild, Message, Receiver, Sender, ToChild};

/// Messages of a guest's process: none panics, and what is read is written as something that is read the same.
pub fn guest_messages(data: &[u8]) {
    stream::<FromChild>(data);
    head::<FromChild>(data);
}

/// Messages of the host.
pub fn host_messages(data: &[u8]) {
    stream::<ToChild>(data);
    head::<ToChild>(data);
}

fn stream<M: Message>(data: &[u8]) {
    let mut receiver = Receiver::new(data);
    let mut tail = Vec::new();
    while let Ok(Some(message)) = receiver.receive::<M>(&mut tail) {
        let mut sender = Sender::new(Vec::new());
        sender.send(&message, &tail).expect("what was read can be written");
    }
}

fn head<M: Message + PartialEq + Debug>(data: &[u8]) {
    let Some((&kind, head)) = data.split_first() else { return };
    // Texts lose what cannot be shown when they are read, so the bytes may differ once.
    if let Some(message) = M::read(kind, head) {
        let mut again = Vec::new();
        assert_eq!(message.kind(), kind);
        message.write(&mut again).expect("what was read can be written");
        assert_eq!(M::read(kind, &again), Some(message));
    }
}
