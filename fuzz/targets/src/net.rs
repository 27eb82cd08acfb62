//! Answers of servers.

use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, Instant},
};

use bytes::Bytes;
use ext_dial::{Dial, DialFuture, Dialler, Resolve};
use ext_net::{AddressPolicy, VettedAddr, VettedUrl};
use ext_ops_http_hyper::HyperClient;
use ext_ops_mail_imap::{folder_name, testing};
use ext_services::http::{HttpClient, HttpRequest, ScrubWriter, Scrubber};
use http::{HeaderMap, Method};
use tokio::io::AsyncWriteExt;

/// Largest body of an answer here, in bytes.
const MAX_BODY: u64 = 64 << 10;
/// The secret that must not come back.
const SECRET: &[u8] = b"s3cr3t-t0ken";

/// A server that answers every connection with the bytes at hand, and closes it.
#[derive(Clone, Default)]
struct Server(Arc<Mutex<Vec<u8>>>);

impl Resolve for Server {
    fn resolve(&self, _: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(vec![SocketAddr::from(([127, 0, 0, 1], port))])
    }
}

impl Dial for Server {
    fn dial(&self, _: VettedAddr) -> DialFuture {
        let answer = self.0.lock().expect("no thread panics with it").clone();
        Box::pin(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
            let (near, far) = tokio::join!(
                tokio::net::TcpStream::connect(listener.local_addr()?),
                listener.accept()
            );
            let (mut far, _) = far?;
            tokio::spawn(async move {
                // The client may hang up before it has read all of it.
                let _ = far.write_all(&answer).await;
                let _ = far.shutdown().await;
                let _ = tokio::io::copy(&mut far, &mut tokio::io::sink()).await;
            });
            near
        })
    }
}

static CLIENT: LazyLock<(Server, HyperClient)> = LazyLock::new(|| {
    let server = Server::default();
    let policy = AddressPolicy::new(vec![SocketAddr::from(([127, 0, 0, 1], 80))], Vec::new());
    let parts = Arc::new(server.clone());
    let dialler = Dialler::with_parts(policy, Arc::clone(&parts) as _, parts);
    let client = HyperClient::with_dialler(dialler, &[]).expect("a client can be made");
    (server, client)
});

/// Any bytes of a server are an answer or an error; a body keeps to its limit and to the secret.
pub fn http_answer(data: &[u8]) {
    let (server, client) = &*CLIENT;
    *server.0.lock().expect("no thread panics with it") = data.to_vec();
    let url = VettedUrl::vet("http://127.0.0.1/", client.addresses(), |_, _, _| true);
    let request = HttpRequest {
        url: url.expect("the address is granted"),
        method: Method::GET,
        headers: HeaderMap::new(),
        body: Bytes::new(),
        pool: "fuzz".into(),
        deadline: Instant::now() + Duration::from_secs(20),
        max_body_bytes: MAX_BODY,
        scrubber: Arc::new(Scrubber::new([SECRET])),
        received: Default::default(),
    };
    let Ok(answer) = pollster::block_on(client.send(request)) else { return };
    assert!(answer.body.len() as u64 <= MAX_BODY, "{} bytes", answer.body.len());
    assert!(!finds(&answer.body, SECRET), "the secret comes back");
}

/// Any bytes of a server end the conversation, with messages or with an error.
pub fn imap_answers(data: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime can be made");
    runtime.block_on(async {
        let (near, mut far) = tokio::io::duplex(data.len().max(1 << 16));
        far.write_all(data).await.expect("the pipe holds all of it");
        // What the client sends is thrown away; what the server says has an end.
        far.shutdown().await.expect("the pipe is open");
        let (mut reader, _writer) = tokio::io::split(far);
        let swallow = async { tokio::io::copy(&mut reader, &mut tokio::io::sink()).await };
        tokio::select! { _ = swallow => {}, _ = testing::converse(near) => {} }
    });
}

/// A folder's name survives its way to the server and back.
pub fn mail_folder_names(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let sent = folder_name::encode(text);
    assert!(sent.is_ascii(), "{sent:?}");
    assert_eq!(folder_name::decode(&sent), text);
    // What a server sends may be anything.
    let _ = folder_name::decode(text);
}

/// The first byte cuts the rest into a secret, and a text that comes in pieces.
pub fn scrubber(data: &[u8]) {
    let Some((&cut, rest)) = data.split_first() else { return };
    let Some((secret, text)) = rest.split_at_checked(usize::from(cut % 32)) else { return };
    let scrubber = Scrubber::new([secret]);
    let whole = scrubber.scrub(text);
    let mut writer = ScrubWriter::new(&scrubber, Vec::new());
    for piece in text.chunks(usize::from(cut / 32) + 1) {
        writer.write_all(piece).expect("a vector takes all");
    }
    assert_eq!(writer.finish().expect("a vector takes all"), whole, "pieces make a difference");
    assert!(!scrubber.finds(&whole), "a secret is left");
}

fn finds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}
