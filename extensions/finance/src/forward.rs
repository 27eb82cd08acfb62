//! Emails that somebody forwards: who forwards is no evidence for the seller, who wrote first is.

use std::borrow::Cow;

use crate::fields::label;
use crate::mail::Party;
use crate::text::{Phrases, clip, says};

/// Marks in front of the subject, in lower case.
const MARKS: [&str; 22] = [
    "fwd",
    "fw",
    "wg",
    "tr",
    "rv",
    "i",
    "enc",
    "doorst",
    "vb",
    "vl",
    "pd",
    "tov",
    "továbbítás",
    "ilt",
    "i\u{307}lt",
    "yml",
    "redir",
    "転送",
    "转发",
    "轉寄",
    "전달",
    "пересл",
];
/// Lines above the email that is forwarded.
const ABOVE: Phrases = "begin forwarded message|forwarded message|forwarded by|original message|weitergeleitete nachricht|anfang der weitergeleiteten|ursprungliche nachricht|message transfere|debut du message reexpedie|message d origine|mensaje reenviado|inicio del mensaje reenviado|mensaje original|messaggio inoltrato|inizio messaggio inoltrato|messaggio originale|doorgestuurd bericht|begin doorgestuurd bericht|oorspronkelijk bericht|mensagem encaminhada|mensagem reencaminhada|mensagem original|wiadomosc przekazana dalej|przekazana wiadomosc|wiadomosc oryginalna|vidarebefordrat meddelande|ursprungligt meddelande|videresendt|viderebragt|valitetty viesti|edelleenlahetetty|preposlana zprava|tovabbitott uzenet|mesaj redirectionat|iletilen ileti|転送メッセージ|转发的邮件|转发邮件|轉寄郵件|전달된 메시지|пересылаемое сообщение";
/// Labels of the sender in the email that is forwarded, in lower case.
const FROM: [&str; 20] = [
    "from",
    "von",
    "de",
    "da",
    "van",
    "od",
    "från",
    "fra",
    "lähettäjä",
    "feladó",
    "expediteur",
    "expéditeur",
    "gönderen",
    "kimden",
    "от",
    "差出人",
    "发件人",
    "寄件者",
    "보낸 사람",
    "보낸사람",
];
/// Longest line that stands above a forwarded email and is no sentence, in bytes.
const MAX_BORDER_BYTES: usize = 100;
/// Start of a body that is looked at, in bytes.
const HEAD_BYTES: usize = 32 << 10;

/// Returns whether a subject says that the email is forwarded.
pub(crate) fn is_subject(subject: &str) -> bool {
    let Some((mark, _)) = subject.split_once([':', '：']) else { return false };
    let mark = mark.trim().trim_start_matches('[').to_lowercase();
    MARKS.contains(&mark.as_str())
}

/// Returns whether a body says that another email follows.
pub(crate) fn is_body(body: &str) -> bool {
    says(clip(body, HEAD_BYTES), ABOVE)
}

/// Blanks what stands above the email that is forwarded, so that lines keep their numbers.
pub(crate) fn without_cover(body: &str) -> Cow<'_, str> {
    let is_border = |line: &&str| line.len() <= MAX_BORDER_BYTES && says(line, ABOVE);
    let head = clip(body, HEAD_BYTES);
    let Some(border) = head.lines().find(is_border) else { return Cow::Borrowed(body) };
    let Some((cover, rest)) = body.split_once(border) else { return Cow::Borrowed(body) };
    Cow::Owned("\n".repeat(cover.matches('\n').count()) + rest)
}

/// Finds who wrote an email that stands in a body with its headers.
pub(crate) fn first_sender(body: &str) -> Option<Party> {
    clip(body, HEAD_BYTES).lines().find_map(sender)
}

fn sender(line: &str) -> Option<Party> {
    let line = line.trim_start_matches(['>', ' ', '*', '\t']);
    let (name, said) = line.split_once([':', '：'])?;
    if !FROM.contains(&name.trim_end_matches(['*', ' ']).to_lowercase().as_str()) {
        return None;
    }
    let is_mark = |c: char| c.is_whitespace() || "<>()[]\"*".contains(c);
    let address = said.split(is_mark).find(|word| word.contains('@'))?;
    let before = said.split(['<', '[', '(']).next().unwrap_or_default();
    let name = label(before.trim_matches(is_mark)).filter(|name| !name.contains('@'));
    Some(Party { name, address: Some(address.trim_start_matches("mailto:").to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_emails_say_so() {
        for subject in
            ["Fwd: Your invoice", "FW: x", "WG: Rechnung", "[Fwd: x]", "转发：发票", "TR : x"]
        {
            assert!(is_subject(subject), "{subject}");
        }
        for subject in ["Your invoice", "Invoice: 4711", "Re: Fwd", ""] {
            assert!(!is_subject(subject), "{subject}");
        }
        assert!(is_body(
            "See below.\n\n---------- Forwarded message ---------\nFrom: A <a@b.example>"
        ));
        assert!(is_body("<p>Anfang der weitergeleiteten Nachricht:</p>"));
        assert!(!is_body("We have forwarded your message to the shop."));
    }

    #[test]
    fn what_stands_above_is_blank() {
        let body = "Please book\nthis.\n--- Forwarded message ---\nFrom: A\nTotal 5.00";
        assert_eq!(without_cover(body), "\n\n\nFrom: A\nTotal 5.00");
        assert_eq!(without_cover("Lamp\nTotal 5.00"), "Lamp\nTotal 5.00");
    }

    #[test]
    fn the_first_sender_stands_in_the_body() {
        let of = |line: &str| first_sender(line).map(|party| (party.name, party.address));
        let lamps = |name: Option<&str>| {
            Some((name.map(str::to_owned), Some("pay@lamps.example".to_owned())))
        };
        for line in [
            "From: Lamp Shop <pay@lamps.example>",
            "> *Von:* \"Lamp Shop\" <pay@lamps.example>",
            "De : Lamp Shop [mailto:pay@lamps.example]",
            "Hello\nFrom: Lamp Shop <pay@lamps.example <mailto:pay@lamps.example>>",
        ] {
            assert_eq!(of(line), lamps(Some("Lamp Shop")), "{line}");
        }
        assert_eq!(of("From: pay@lamps.example"), lamps(None));
        assert_eq!(of("From: Berlin to Hamburg"), None);
        assert_eq!(of("Delivered from: pay@lamps.example"), None);
    }
}
