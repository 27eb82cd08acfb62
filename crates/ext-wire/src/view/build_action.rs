//! Constructors of buttons and forms.

use serde_json::Value;

use super::{
    Input,
    action::{Action, Choice, FieldKind, FormField, Target, Then},
    build::{kept, label},
    limits::MAX_TEXT,
};

impl Action {
    /// Creates a button that calls an operation of the extension.
    #[must_use]
    pub fn call(text: impl AsRef<str>, method: impl Into<String>) -> Self {
        Self::to(text, Target::Method(method.into()))
    }

    /// Creates a button that opens a view of the extension.
    #[must_use]
    pub fn open(text: impl AsRef<str>, view: impl Into<String>) -> Self {
        Self::to(text, Target::View(view.into()))
    }

    fn to(text: impl AsRef<str>, target: Target) -> Self {
        Self {
            label: label(text),
            target,
            input: Input::new(),
            fields: Vec::new(),
            changed_only: false,
            confirm: None,
            danger: false,
            then: Then::Reload,
        }
    }

    /// Sets a field of the input.
    #[must_use]
    pub fn input(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.input.insert(field.into(), value.into());
        self
    }

    /// Adds a field that a person fills in.
    #[must_use]
    pub fn field(mut self, field: FormField) -> Self {
        self.fields.push(field);
        self
    }

    /// Sends only the fields that were changed.
    #[must_use]
    pub const fn changed_only(mut self) -> Self {
        self.changed_only = true;
        self
    }

    /// Sets the question that is asked first.
    #[must_use]
    pub fn confirm(mut self, question: impl AsRef<str>) -> Self {
        self.confirm = Some(kept(question, MAX_TEXT));
        self
    }

    /// Says that it destroys something.
    #[must_use]
    pub const fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Shows the answer, which is a view, in place of asking for this view again.
    #[must_use]
    pub const fn show_answer(mut self) -> Self {
        self.then = Then::Show;
        self
    }
}

impl FormField {
    /// Creates a field of a kind.
    #[must_use]
    pub fn new(kind: FieldKind, name: impl Into<String>, text: impl AsRef<str>) -> Self {
        let (name, label) = (name.into(), label(text));
        Self {
            name,
            label,
            description: None,
            kind,
            value: None,
            required: false,
            choices: Vec::new(),
        }
    }

    /// Creates a field of one line.
    #[must_use]
    pub fn text(name: impl Into<String>, text: impl AsRef<str>) -> Self {
        Self::new(FieldKind::Text, name, text)
    }

    /// Creates a field of a number.
    #[must_use]
    pub fn number(name: impl Into<String>, text: impl AsRef<str>) -> Self {
        Self::new(FieldKind::Number, name, text)
    }

    /// Creates a field of a date.
    #[must_use]
    pub fn date(name: impl Into<String>, text: impl AsRef<str>) -> Self {
        Self::new(FieldKind::Date, name, text)
    }

    /// Creates a box to tick.
    #[must_use]
    pub fn flag(name: impl Into<String>, text: impl AsRef<str>) -> Self {
        Self::new(FieldKind::Flag, name, text)
    }

    /// Creates a field of a secret.
    #[must_use]
    pub fn secret(name: impl Into<String>, text: impl AsRef<str>) -> Self {
        Self::new(FieldKind::Secret, name, text)
    }

    /// Creates a field with choices: values, each with the text that is shown.
    #[must_use]
    pub fn choice<V: Into<String>, L: AsRef<str>>(
        name: impl Into<String>,
        text: impl AsRef<str>,
        choices: impl IntoIterator<Item = (V, L)>,
    ) -> Self {
        let choice = |(value, text): (V, L)| Choice { value: value.into(), label: label(text) };
        let choices = choices.into_iter().map(choice).collect();
        Self { choices, ..Self::new(FieldKind::Choice, name, text) }
    }

    /// Sets the value at first.
    #[must_use]
    pub fn value(mut self, value: impl Into<Value>) -> Self {
        self.value = Some(value.into()).filter(|value| !value.is_null());
        self
    }

    /// Says that it must be filled in.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Sets the explanation.
    #[must_use]
    pub fn description(mut self, text: impl AsRef<str>) -> Self {
        self.description = Some(kept(text, MAX_TEXT));
        self
    }
}
