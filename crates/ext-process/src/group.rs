//! A process together with those that it has started.

use std::{
    io,
    process::{Child, ExitStatus},
};

/// A child that leads a process group, on systems that have them.
#[derive(Debug)]
pub(crate) struct Group {
    leader: Child,
    /// The status of the leader, once it is known.
    status: Option<ExitStatus>,
    /// True once the leader is reaped: its number may be another's by now.
    reaped: bool,
}

impl Group {
    pub(crate) const fn new(leader: Child) -> Self {
        Self { leader, status: None, reaped: false }
    }

    pub(crate) fn id(&self) -> u32 {
        self.leader.id()
    }

    /// Kills all processes of the group.
    pub(crate) fn kill(&mut self) {
        if !self.reaped {
            self.kill_members();
            // It may be gone already.
            let _ = self.leader.kill();
        }
    }

    /// Reaps the leader if it has ended, and kills the members that it has left behind.
    pub(crate) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if !self.reaped {
            if self.leader_has_ended() {
                self.kill_members();
            }
            self.status = self.leader.try_wait()?;
            self.reaped = self.status.is_some();
        }
        Ok(self.status)
    }

    /// Kills all processes of the group, and reaps the leader.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        self.kill();
        let status = self.leader.wait();
        self.reaped = true;
        self.status = Some(status?);
        Ok(())
    }

    /// Returns true if the leader has ended; it is not reaped, which keeps the number of the group.
    #[cfg(unix)]
    fn leader_has_ended(&self) -> bool {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        matches!(waitid(WaitId::Pid(Pid::from_child(&self.leader)), options), Ok(Some(_)))
    }

    #[cfg(not(unix))]
    const fn leader_has_ended(&self) -> bool {
        false
    }

    fn kill_members(&self) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            // It may be gone already.
            let _ = kill_process_group(Pid::from_child(&self.leader), Signal::KILL);
        }
    }
}
