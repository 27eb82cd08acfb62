//! The settings that the user makes for Finance. They count when bookings are shown, so that a change holds
//! for all of them at once, and what was read stays what it is.

use std::collections::BTreeMap;

use spacedrive_sdk::{SecretText, Settings, prelude::*};

/// The settings; the manifest has their schema.
#[derive(Debug, Default, PartialEq, Settings)]
pub struct Preferences {
    /// Currency of amounts beside which none was read, such as EUR.
    #[setting(title = "Home currency", pattern = "^[A-Z]{3}$")]
    pub(crate) home_currency: Option<String>,
    /// Categories by what stands in the names of vendors, such as {"tram": "travel"}; the longest text
    /// that fits wins over the category that was read.
    #[setting(title = "Categories")]
    categories: BTreeMap<String, String>,
    /// Spending of a month that you allow yourself, by category, in the home currency, such as
    /// {"groceries": 400}.
    #[setting(title = "Budgets")]
    pub(crate) budgets: BTreeMap<String, f64>,
    /// Numbers for the export to DATEV, such as {"consultant": "1001", "client": "1", "expenses": "4900",
    /// "payments": "1200", "cash": "1000", "travel": "4660"}; those of your categories are accounts.
    #[setting(title = "DATEV")]
    pub(crate) datev: BTreeMap<String, String>,
    /// Columns of your banks' CSV files, such as {"mybank": {"date": "Booked on", "amount": "Amount",
    /// "name": "Payee", "purpose": "Text"}}.
    #[setting(title = "Columns of statements")]
    pub(crate) statement_columns: BTreeMap<String, BTreeMap<String, String>>,
    /// Passwords that are tried on encrypted PDFs.
    #[setting(title = "Passwords of PDFs")]
    pdf_passwords: Vec<SecretText>,
}

impl Preferences {
    /// Reads the settings. Without the permission, which an update may lack, there are none.
    pub(crate) fn load(client: &SpacedriveClient) -> Result<Self> {
        match client.settings().get() {
            Err(error) if error.code() == ErrorCode::DeniedMethod => Ok(Self::default()),
            read => read,
        }
    }

    /// Returns whether the user named categories for vendors.
    pub(crate) fn names_categories(&self) -> bool {
        !self.categories.is_empty()
    }

    /// Returns the category of a vendor by the longest text that stands in its name.
    pub(crate) fn category(&self, vendor: &str) -> Option<&str> {
        let vendor = vendor.to_lowercase();
        let fits = |text: &str| !text.is_empty() && vendor.contains(&text.to_lowercase());
        let fitting = self.categories.iter().filter(|(text, _)| fits(text));
        fitting.max_by_key(|(text, _)| text.len()).map(|(_, category)| category.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_manifest_has_the_schema_of_the_type() {
        let manifest: Value = serde_json::from_str(include_str!("../manifest.json")).unwrap();
        let schema: Value = serde_json::from_str(Preferences::SCHEMA).unwrap();
        assert_eq!(manifest["settings"], schema, "{}", Preferences::SCHEMA);
    }

    #[test]
    fn the_longest_text_in_the_name_of_a_vendor_wins() {
        let rules = [("tram", "travel"), ("Tramway Café", "food"), ("", "other")];
        let categories = rules.map(|(text, category)| (text.into(), category.into())).into();
        let preferences = Preferences { categories, ..Preferences::default() };
        assert_eq!(preferences.category("City TRAM"), Some("travel"));
        assert_eq!(preferences.category("The Tramway Café"), Some("food"));
        assert_eq!(preferences.category("Bakery"), None);
    }
}
