//! The part of style sheets that says what of a page is seen.

use std::collections::HashMap;

/// Rules that are kept of a page: each may be compared with each element.
const MAX_RULES: usize = 500;
/// Number of [`Property`]s.
const PROPERTIES: usize = 9;

/// A property that decides whether a text is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Property {
    Display,
    Visibility,
    Opacity,
    FontSize,
    MaxHeight,
    Overflow,
    Position,
    Offset,
    Decoration,
}

/// Importance, origin and specificity of a declaration: the greatest wins, and the last of equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Weight {
    is_important: bool,
    is_inline: bool,
    specificity: (usize, usize, usize),
    order: usize,
}

/// A property and its value, in small letters.
#[derive(Debug, Clone)]
struct Declaration {
    property: Property,
    value: String,
    is_important: bool,
}

/// A rule with one selector.
#[derive(Debug, Clone)]
struct Rule {
    selector: Compound,
    /// The selector says more than is compared here, so the rule may show something, and hides nothing.
    is_partial: bool,
    declarations: Vec<Declaration>,
    weight: Weight,
}

/// A selector without combinators: `td.price`.
#[derive(Debug, Clone, Default)]
struct Compound {
    tag: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
}

/// An element as selectors see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) tag: &'a str,
    pub(super) id: &'a str,
    pub(super) class: &'a str,
    pub(super) style: &'a str,
}

/// The rules of a page, by what their selectors begin with.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: HashMap<String, Vec<Rule>>,
    count: usize,
}

/// Values of an element after the cascade.
#[derive(Debug, Default)]
pub(super) struct Style {
    values: [Option<(Weight, String)>; PROPERTIES],
}

impl Style {
    /// Returns the value of a property, in small letters.
    pub(super) fn get(&self, property: Property) -> Option<&str> {
        let value = self.values.get(property as usize)?.as_ref();
        value.map(|(_, value)| value.as_str())
    }

    fn set(&mut self, declaration: &Declaration, weight: Weight) {
        let weight = Weight { is_important: declaration.is_important, ..weight };
        let Some(place) = self.values.get_mut(declaration.property as usize) else { return };
        if place.as_ref().is_none_or(|(known, _)| *known <= weight) {
            *place = Some((weight, declaration.value.clone()));
        }
    }
}

impl Sheet {
    /// Adds the rules of a `style` element. Those within `@media` and the like are for other screens.
    pub(super) fn add(&mut self, css: &str) {
        let css = without_comments(css);
        let mut rest = css.as_str();
        while let Some(open) = rest.find('{') {
            let (before, block) = rest.split_at(open);
            let length = block_length(block);
            let (block, after) = block.split_at(length);
            // `@import` and `@charset` have no block.
            let selectors = before.rsplit(';').next().unwrap_or_default().trim();
            if !selectors.starts_with('@') {
                self.add_rules(selectors, block.trim_matches(['{', '}']));
            }
            rest = after;
        }
    }

    fn add_rules(&mut self, selectors: &str, block: &str) {
        let declarations = declarations(block);
        if declarations.is_empty() {
            return;
        }
        for selector in selectors.split(',').map(str::trim) {
            if self.count >= MAX_RULES {
                return;
            }
            let Some((compound, is_partial)) = compound(selector) else { continue };
            self.count += 1;
            let weight = Weight {
                specificity: specificity(selector),
                order: self.count,
                ..Weight::default()
            };
            let rule =
                Rule { is_partial, declarations: declarations.clone(), weight, selector: compound };
            self.rules.entry(rule.selector.key()).or_default().push(rule);
        }
    }

    /// Returns the values of an element; `default` are those that it has without a style sheet.
    pub(super) fn style(&self, subject: Subject<'_>, default: &str) -> Style {
        let mut style = Style::default();
        declarations(default).iter().for_each(|it| style.set(it, Weight::default()));
        let classes = subject.class.split_ascii_whitespace().map(|class| format!(".{class}"));
        let keys = [subject.tag.to_owned(), format!("#{}", subject.id)];
        for rule in keys.into_iter().chain(classes).filter_map(|key| self.rules.get(&key)).flatten()
        {
            if rule.selector.fits(subject) {
                let of_use = |it: &&Declaration| !rule.is_partial || it.shows();
                let declarations = rule.declarations.iter().filter(of_use);
                declarations.for_each(|it| style.set(it, rule.weight));
            }
        }
        let inline = Weight { is_inline: true, ..Weight::default() };
        declarations(subject.style).iter().for_each(|it| style.set(it, inline));
        style
    }
}

impl Compound {
    /// Returns the part under which its rules are kept.
    fn key(&self) -> String {
        let id = self.id.as_ref().map(|id| format!("#{id}"));
        let class = || self.classes.first().map(|class| format!(".{class}"));
        id.or_else(class).or_else(|| self.tag.clone()).unwrap_or_default()
    }

    fn fits(&self, subject: Subject<'_>) -> bool {
        let has = |class: &String| subject.class.split_ascii_whitespace().any(|it| it == class);
        self.tag.as_ref().is_none_or(|tag| tag == subject.tag)
            && self.id.as_ref().is_none_or(|id| id == subject.id)
            && self.classes.iter().all(has)
    }
}

impl Declaration {
    /// Returns whether it can only make something seen.
    fn shows(&self) -> bool {
        match self.property {
            Property::Display => self.value != "none",
            Property::Visibility => self.value == "visible",
            Property::Opacity | Property::FontSize | Property::MaxHeight => !is_zero(&self.value),
            Property::Overflow => self.value == "visible",
            Property::Position => self.value == "static",
            Property::Offset => !is_far_away(&self.value),
            Property::Decoration => !self.value.contains("line-through"),
        }
    }
}

/// Returns whether a length or a number is zero.
pub(super) fn is_zero(value: &str) -> bool {
    let number: String = value.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    number.contains('0') && number.chars().all(|c| matches!(c, '0' | '.'))
}

/// Returns whether an offset moves an element off every screen.
pub(super) fn is_far_away(value: &str) -> bool {
    const FAR: u32 = 1000;
    let digits = value.strip_prefix('-').unwrap_or_default();
    let digits: String = digits.chars().take_while(char::is_ascii_digit).take(9).collect();
    digits.parse().is_ok_and(|away: u32| away >= FAR)
}

fn declarations(block: &str) -> Vec<Declaration> {
    block.split(';').filter_map(declaration).collect()
}

fn declaration(text: &str) -> Option<Declaration> {
    let (name, value) = text.split_once(':')?;
    let value = value.to_ascii_lowercase();
    let (value, important) = value.split_once('!').unwrap_or((&value, ""));
    let (value, is_important) = (value.trim().to_owned(), important.trim() == "important");
    let property = match name.trim().to_ascii_lowercase().as_str() {
        "display" => Property::Display,
        "visibility" => Property::Visibility,
        "opacity" => Property::Opacity,
        "font-size" => Property::FontSize,
        "font" => {
            let value = font_size(&value).to_owned();
            return Some(Declaration { property: Property::FontSize, value, is_important });
        }
        "max-height" => Property::MaxHeight,
        "overflow" => Property::Overflow,
        "position" => Property::Position,
        "left" | "top" => Property::Offset,
        "text-decoration" | "text-decoration-line" => Property::Decoration,
        _ => return None,
    };
    Some(Declaration { property, value, is_important })
}

/// Returns the size in `italic 12px/1.5 Arial`, in which a weight (`700`) may stand as well.
fn font_size(value: &str) -> &str {
    let begins_with_digit = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    let is_weight = |word: &&str| word.len() == 3 && word.ends_with("00");
    value.split_whitespace().find(|it| begins_with_digit(it) && !is_weight(it)).unwrap_or("medium")
}

/// Returns the last part of a selector, and whether there is more to it.
fn compound(selector: &str) -> Option<(Compound, bool)> {
    let last = selector.rsplit(|c: char| c.is_whitespace() || ">+~".contains(c)).next()?;
    let plain = last.split([':', '[']).next().unwrap_or_default();
    let is_partial = plain != selector;
    let start = plain.find(['.', '#']).unwrap_or(plain.len());
    let (tag, mut rest) = plain.split_at(start);
    let tag = tag.to_ascii_lowercase();
    let mut found =
        Compound { tag: Some(tag).filter(|tag| !tag.is_empty()), ..Compound::default() };
    while let Some(mark) = rest.chars().next() {
        let word = rest.get(1..).unwrap_or_default();
        let (name, after) = word.split_at(word.find(['.', '#']).unwrap_or(word.len()));
        match mark {
            _ if name.is_empty() => return None,
            '#' => found.id = Some(name.to_owned()),
            _ => found.classes.push(name.to_owned()),
        }
        rest = after;
    }
    let says_something = found.tag.is_some() || found.id.is_some() || !found.classes.is_empty();
    says_something.then_some((found, is_partial))
}

fn specificity(selector: &str) -> (usize, usize, usize) {
    let count = |marks: &str| selector.chars().filter(|c| marks.contains(*c)).count();
    let parts = selector.split(|c: char| c.is_whitespace() || ">+~".contains(c));
    let tags = parts.filter(|part| part.starts_with(|c: char| c.is_ascii_alphabetic())).count();
    (count("#"), count(".[:"), tags)
}

fn without_comments(css: &str) -> String {
    let mut text = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        text.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text.replace("<!--", "").replace("-->", "")
}

/// Returns the length of the block that a text begins with, and of the blocks in it.
fn block_length(text: &str) -> usize {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            _ => continue,
        }
        if open == 0 {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(css: &str, class: &str, style: &str) -> Option<String> {
        let mut sheet = Sheet::default();
        sheet.add(css);
        let subject = Subject { tag: "div", id: "i", class, style };
        sheet.style(subject, "").get(Property::Display).map(str::to_owned)
    }

    #[test]
    fn the_strongest_rule_wins() {
        let none = Some("none".to_owned());
        for css in [
            ".x{display:none}",
            "@import url(a);div.x,p{color:red;DISPLAY: none }",
            "#i{display:none}.x{display:block}",
            ".x{display:none!important}div.x{display:block}",
            "@media print{.x{display:block}} /* .x{display:block} */ .x { display:none }",
            "div{display:none}",
            "td .x{display:block}.x{display:none !important}",
        ] {
            assert_eq!(display(css, "y x", ""), none, "{css}");
        }
        for css in [
            ".x{display:none}.x{display:block}",
            ".x{display:none}div.y.x{display:block}",
            ".x{display:none}td .x{display:block}",
        ] {
            assert_eq!(display(css, "y x", "").as_deref(), Some("block"), "{css}");
        }
        for css in [".z{display:none}", "@media all{.x{display:none}}", ".a .x{display:none}", "{"]
        {
            assert_eq!(display(css, "y x", ""), None, "{css}");
        }
        assert_eq!(display(".x{display:none}", "x", "display:block").as_deref(), Some("block"));
        assert_eq!(display(".x{display:none!important}", "x", "display:block"), none);
    }

    #[test]
    fn sizes_are_zero_or_not() {
        for (value, zero) in [("0", true), ("0px", true), ("0.0em", true), ("0.5px", false)] {
            assert_eq!(is_zero(value), zero, "{value}");
        }
        assert!(!is_zero("auto") && !is_zero("10px") && !is_zero(""));
        assert!(is_far_away("-9999px") && !is_far_away("-5px") && !is_far_away("9999px"));
        assert_eq!(font_size("italic 700 12px/1.5 arial"), "12px/1.5");
        assert!(is_zero(font_size("0/0 a")));
    }
}
