//! A browser for the pages of the provider: follows redirects, keeps cookies, fills in forms.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpStream,
};

use url::{Url, form_urlencoded};

/// Somebody who signs in as `ada` and agrees to everything.
#[derive(Default)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
}

/// Answer of a server.
#[derive(Debug)]
pub struct Page {
    /// Status of HTTP.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// Text of the page.
    pub body: String,
}

/// More than any sign-in needs.
const MAX_STEPS: usize = 30;

impl Browser {
    /// Goes through the pages until the provider sends it back to the program; returns that address
    /// without opening it.
    pub fn sign_in(&mut self, url: &str) -> String {
        match self.walk(url, "") {
            Ok(back) => back,
            Err(page) => panic!("no way back: {page:?}"),
        }
    }

    /// Types the code of a sign-in that began on another device.
    pub fn enter_code(&mut self, url: &str, code: &str) {
        let end = self.walk(url, code).unwrap_err();
        assert!(end.status == 200 && !end.body.contains("<form"), "{end:?}");
    }

    fn walk(&mut self, url: &str, code: &str) -> Result<String, Page> {
        let (mut url, mut form) = (Url::parse(url).unwrap(), None::<String>);
        for _ in 0..MAX_STEPS {
            let page = self.send(&url, form.as_deref());
            if let Some(location) = page.header("location") {
                url = url.join(location).unwrap();
                if url.host_str() == Some("127.0.0.1") {
                    return Ok(url.into());
                }
                form = None;
            } else if page.status == 200 && page.body.contains("<form") {
                url = url.join(&attribute(&page.body, "action").unwrap()).unwrap();
                form = Some(fill_in(&page.body, code));
            } else {
                return Err(page);
            }
        }
        panic!("the provider's pages do not end");
    }

    /// Opens one page.
    pub fn get(&mut self, url: &str) -> Page {
        self.send(&Url::parse(url).unwrap(), None)
    }

    fn send(&mut self, url: &Url, form: Option<&str>) -> Page {
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let port = url.port().unwrap();
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut head = format!(
            "{} {target} HTTP/1.1\r\nhost: {}:{port}\r\ncookie: {}\r\nconnection: close\r\n",
            if form.is_some() { "POST" } else { "GET" },
            url.host_str().unwrap(),
            cookies.join("; "),
        );
        if let Some(form) = form {
            head += "content-type: application/x-www-form-urlencoded\r\n";
            head += &format!("content-length: {}\r\n", form.len());
        }
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(format!("{head}\r\n{}", form.unwrap_or_default()).as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let page = Page::parse(&String::from_utf8(answer).unwrap());
        self.keep_cookies(&page);
        page
    }

    fn keep_cookies(&mut self, page: &Page) {
        for (_, cookie) in page.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = cookie.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => drop(self.cookies.remove(name)),
                value => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
    }
}

impl Page {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_ascii_lowercase(), value.trim().to_owned())
        });
        Self { status, headers: headers.collect(), body: body.to_owned() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// Fills in the first form of a page, as `ada` does.
fn fill_in(page: &str, code: &str) -> String {
    let form = page.split("</form>").next().unwrap();
    let inputs = form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap());
    let mut filled = form_urlencoded::Serializer::new(String::new());
    for input in inputs {
        let name = attribute(input, "name").unwrap();
        let value = match name.as_str() {
            "login" => "ada".to_owned(),
            "password" => "any".to_owned(),
            "user_code" if attribute(input, "value").is_none() => code.to_owned(),
            _ => attribute(input, "value").unwrap_or_default(),
        };
        filled.append_pair(&name, &value);
    }
    filled.finish()
}

fn attribute(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("{name}=\""))?;
    let value = rest.split('"').next()?;
    Some(value.replace("&amp;", "&").replace("&#x2F;", "/"))
}
