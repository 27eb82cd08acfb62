//! Numbers of bank accounts (ISO 13616).

/// Returns whether the check digits of an account number are right.
pub(crate) fn has_right_check_digits(text: &str) -> bool {
    let Some((head, rest)) = text.split_at_checked(4) else { return false };
    let value = |left: u32, c: char| {
        let digit = c.to_digit(36).unwrap_or_default();
        (if digit < 10 { left * 10 } else { left * 100 } + digit) % 97
    };
    rest.chars().chain(head.chars()).fold(0, value) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_digit_is_noticed() {
        assert!(has_right_check_digits("DE89370400440532013000"));
        for wrong in ["DE88370400440532013000", "DE89370400440532013001", "DE8", ""] {
            assert!(!has_right_check_digits(wrong), "{wrong}");
        }
    }
}
