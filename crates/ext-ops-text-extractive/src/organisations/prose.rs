//! Lines of a letter: salutations and sentences, which name nobody who sells.

use crate::fold::words;

/// Words, folded, that begin a salutation and nothing else.
const SALUTATIONS: &str = "dear geehrter geehrte geehrtes sehr cher chers estimado estimada estimados gentile gentili egregio spettabile geachte prezado prezada szanowny szanowna szanowni vazeny vazena kedves tisztelt stimate stimata stimati sayin sayın kaere kjaere уважаемыи уважаемая шановнии шановна";
/// Words, folded, that greet where a mark of punctuation follows; shops are called so, too.
const GREETINGS: &str = "hi hello hey hallo hoi guten moin servus liebe lieber liebes bonjour bonsoir salut hola buenos buenas ciao buongiorno buonasera salve beste dag goedendag ola oi bom boa czesc witaj witamy dzien hej hejsan hei moi terve ahoj dobry szia udvozoljuk buna merhaba selam good basta chere caro cara привет здравствуите добрыи вітаємо γεια";

/// Returns whether a text is a line of a letter.
pub(super) fn is_prose(text: &str) -> bool {
    is_greeting(text) || is_sentence(text)
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
    let is_word = last.starts_with(char::is_lowercase) && !last.trim_end_matches('.').contains('.');
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
            "Acme Widgets,",
            "au bon pain",
        ] {
            assert!(!is_prose(text), "{text}");
        }
    }
}
