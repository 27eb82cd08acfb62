//! The small files of the data folder, looked at as a whole.

use ext_wire::ErrorBody;

use crate::{core::Core, error::CoreError, system::System};

impl Core {
    /// Reads the files of the data folder that hold lists, settings and grants. Returns the error of each
    /// that cannot be read, which names the file.
    ///
    /// ```
    /// let data = tempfile::tempdir()?;
    /// let core = spacedrive_core::Core::open(data.path())?;
    /// assert!(core.unreadable_files().is_empty());
    /// std::fs::write(data.path().join("locations.json"), "")?;
    /// assert_eq!(core.unreadable_files().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn unreadable_files(&self) -> Vec<ErrorBody> {
        let System { installed, schedules, settings, .. } = &*self.system;
        let lists = [
            self.locations.read().map(drop),
            schedules.read().map(drop),
            installed.publishers.check_file(),
            self.registries().check_seen(),
            self.registries().check_origins(),
        ];
        let of_extension = |id: String| {
            let grants = self.system.grants().check(&id).map_err(CoreError::from);
            [settings.check_files(&id), grants.map_err(ErrorBody::from)]
        };
        let extensions = installed.ids().into_iter().flat_map(of_extension);
        lists.into_iter().chain(extensions).filter_map(Result::err).collect()
    }
}
