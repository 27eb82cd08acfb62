//! Lines of a letter: salutations and sentences, which name nobody who sells.

use crate::fold::words;

/// Words, folded, that begin a salutation and nothing else.
const SALUTATIONS: &str = "dear geehrter geehrte geehrtes sehr cher chers estimado estimada estimados gentile gentili egregio spettabile geachte prezado prezada szanowny szanowna szanowni vazeny vazena kedves tisztelt stimate stimata stimati sayin kaere kjaere уважаемыи уважаемая шановнии шановна";
/// Words, folded, that greet where a mark of punctuation follows; shops are called so, too.
const GREETINGS: &str = "hi hello hey hallo hoi guten moin servus liebe lieber liebes bonjour bonsoir salut hola buenos buenas ciao buongiorno buonasera salve beste dag goedendag ola oi bom boa czesc witaj witamy dzien hej hejsan hei moi terve ahoj dobry szia udvozoljuk buna merhaba selam good basta chere caro cara привет здравствуите добрыи вітаємо γεια";

/// Returns whether a text is a line of a letter.
pub(super) fn is_prose(text: &str) -> bool {
    is_greeting(text) || is_thanks(text) || is_sentence(text)
}

/// Beginnings, folded, of lines that thank for a purchase, or say how it was paid.
const THANKS: &str = "herzlichen dank|ihrem konto|deinem konto|ihr konto|dein konto|your account|your card|votre compte|tu cuenta|su cuenta|cam on ban|cam on quy|terima kasih|tesekkur|siparisiniz icin|спасибо за|дякуємо за|ευχαριστουμε|paid with|paid by|paid via|bezahlt mit|bezahlt per|betaald met|paye par|paye avec|pagado con|pagato con|betald med|betalt med|maksettu kortilla|thank you for|thanks for|vielen dank fur|danke fur|merci pour|merci de|merci et|gracias por|grazie per|bedankt voor|dank voor|obrigado pel|obrigada pel|obrigado por|dziekujemy za|tack for|tak for|takk for|kiitos kay|kiitos osto|kiitos tila|kiitos asio|dekujeme za|koszonjuk a|koszonjuk hogy|multumim pentru|va multumim";

/// Parts of such lines in languages without spaces between words.
const THANKS_INSIDE: [&str; 9] = [
    "ありがとう",
    "感谢",
    "感謝",
    "谢谢",
    "支付成功",
    "付款成功",
    "감사합니다",
    "감사드립니다",
    "ขอบคุณ",
];

fn is_thanks(text: &str) -> bool {
    let folded = words(text).join(" ");
    THANKS.split('|').any(|opening| folded.starts_with(opening))
        || THANKS_INSIDE.iter().any(|part| text.contains(part))
}

fn is_greeting(text: &str) -> bool {
    let Some(first) = words(text).into_iter().next() else { return false };
    let opens = |list: &str| list.split(' ').any(|word| word == first);
    let several = text.split_whitespace().nth(1).is_some();
    opens(SALUTATIONS) && several || opens(GREETINGS) && text.trim_end().ends_with([',', '!', ':'])
}

/// Returns whether a text of several words ends as sentences do, behind a word in lower case:
/// `Please book this.`
fn is_sentence(text: &str) -> bool {
    let text = text.trim_end();
    let mut words = text.split_whitespace();
    let (Some(_), Some(last)) = (words.next(), words.next_back()) else { return false };
    let last = last.trim_end_matches('.');
    // `Lamps spol.` goes on with `s r.o.` in the next line.
    let is_word = last.starts_with(char::is_lowercase) && !last.contains('.') && last != "spol";
    is_word && text.ends_with(['.', '!', '?', '…'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_greet_and_say_sentences() {
        for text in [
            "Dear Robin",
            "Hello Ada Example,",
            "Hi!",
            "Sehr geehrte Frau Muster,",
            "Guten Tag Herr Muster,",
            "Bonjour Camille,",
            "Szanowni Państwo,",
            "Please book this.",
            "Bitte die Rechnung buchen.",
            "Thank you for your order!",
            "Vielen Dank für Ihren Einkauf",
            "Köszönjük, hogy nálunk vásárolt",
            "ご注文ありがとうございます。",
            "您的订单已支付成功",
            "주문해 주셔서 감사합니다",
            "ขอบคุณสำหรับคำสั่งซื้อ",
            "Cảm ơn bạn đã đặt hàng",
            "Betaald met iDEAL",
            "herzlichen Dank für Ihre Spende",
            "Ihrem Konto ab.",
        ] {
            assert!(is_prose(text), "{text}");
        }
    }

    #[test]
    fn names_are_not_prose() {
        for text in [
            "Hello Kitty Cafe",
            "Ciao Bella",
            "Dear",
            "Good Food Market",
            "Corner Shop.",
            "THANK YOU FRESH!",
            "Foo s.r.o.",
            "Foo Lamps spol.",
            "Acme Widgets,",
            "au bon pain",
        ] {
            assert!(!is_prose(text), "{text}");
        }
    }
}
