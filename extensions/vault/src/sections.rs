//! The fields of each kind, as Bitwarden's JSON names them.

use crate::item::Kind;

/// The part of an item that belongs to its kind.
pub(crate) struct Section {
    pub(crate) kind: Kind,
    /// The number of the kind.
    pub(crate) number: u64,
    /// The name of the object with the fields.
    pub(crate) object: &'static str,
    /// Name in the object, and name of ours.
    pub(crate) fields: &'static [(&'static str, &'static str)],
}

/// All kinds that Bitwarden has.
pub(crate) const SECTIONS: [Section; 5] = [
    Section {
        kind: Kind::Login,
        number: 1,
        object: "login",
        fields: &[("username", "username"), ("password", "password"), ("totp", "totp")],
    },
    Section { kind: Kind::Note, number: 2, object: "secureNote", fields: &[] },
    Section {
        kind: Kind::Card,
        number: 3,
        object: "card",
        fields: &[
            ("cardholderName", "cardholder"),
            ("brand", "brand"),
            ("number", "number"),
            ("expMonth", "exp_month"),
            ("expYear", "exp_year"),
            ("code", "code"),
        ],
    },
    Section {
        kind: Kind::Identity,
        number: 4,
        object: "identity",
        fields: &[
            ("title", "form_of_address"),
            ("firstName", "first_name"),
            ("middleName", "middle_name"),
            ("lastName", "last_name"),
            ("address1", "address1"),
            ("address2", "address2"),
            ("address3", "address3"),
            ("city", "city"),
            ("state", "state"),
            ("postalCode", "postal_code"),
            ("country", "country"),
            ("company", "company"),
            ("email", "email"),
            ("phone", "phone"),
            ("ssn", "ssn"),
            ("username", "username"),
            ("passportNumber", "passport_number"),
            ("licenseNumber", "license_number"),
        ],
    },
    Section {
        kind: Kind::SshKey,
        number: 5,
        object: "sshKey",
        fields: &[
            ("privateKey", "private_key"),
            ("publicKey", "public_key"),
            ("keyFingerprint", "fingerprint"),
        ],
    },
];

/// Finds the part of a kind; a seed alone is a login.
pub(crate) fn of_kind(kind: Kind) -> Option<&'static Section> {
    let kind = if kind == Kind::Totp { Kind::Login } else { kind };
    SECTIONS.iter().find(|section| section.kind == kind)
}

/// Finds the part of a number.
pub(crate) fn of_number(number: u64) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.number == number)
}
