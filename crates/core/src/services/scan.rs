//! A look at the folders that a library follows, as the daemon does when it begins.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use ext_registry::OpError;
use ext_services::{locations::Locations, work::WorkRun};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::{
        locations::Location,
        work::{LocationScan, ScanLocationsOutput},
    },
};
use uuid::Uuid;

use crate::{
    error::CoreError,
    library::{FollowedFolder, LibraryHandle},
    system::System,
    work::{removed_files::RemovalLook, report::Failure},
};

/// Looks at one location of the library, or at all of them.
pub(super) fn run(
    system: &System,
    run: &WorkRun<'_>,
    only: Option<Uuid>,
) -> Result<ScanLocationsOutput, ErrorBody> {
    let locations = system.services.get::<dyn Locations>().map_err(OpError::into_body)?;
    let mut chosen = locations.list()?;
    chosen.retain(|it| it.library_id == run.library && only.is_none_or(|only| it.id == only));
    if let (Some(id), true) = (only, chosen.is_empty()) {
        let message = format!("the library follows no location `{id}`");
        return Err(ErrorBody::new(ErrorCode::NotFound, message));
    }
    let scan = Scan { system, run, locations: &**locations };
    let scanned: Result<Vec<_>, _> =
        chosen.iter().map(|location| scan.location(location)).collect();
    Ok(ScanLocationsOutput { locations: scanned? })
}

struct Scan<'a> {
    system: &'a System,
    run: &'a WorkRun<'a>,
    locations: &'a dyn Locations,
}

impl Scan<'_> {
    fn location(&self, location: &Location) -> Result<LocationScan, ErrorBody> {
        let (location_id, paused) = (location.id, location.paused);
        let mut scan = LocationScan { location_id, paused, ..LocationScan::default() };
        if paused || self.is_stopped() {
            return Ok(scan);
        }
        if !Path::new(&location.folder).is_dir() {
            scan.problem = Some(format!("{}: the folder is away", location.folder));
            return Ok(scan);
        }
        self.add(location, &mut scan)?;
        self.remove(location, &mut scan)?;
        if !self.is_stopped() {
            self.locations.note_look(location)?;
        }
        Ok(scan)
    }

    /// Makes entries of what came.
    fn add(&self, location: &Location, scan: &mut LocationScan) -> Result<(), ErrorBody> {
        let Location { folder, into, ignore, .. } = location;
        let followed = FollowedFolder { folder: Path::new(folder), into: into.as_deref(), ignore };
        let report =
            self.library()?.add_followed(&followed, &[PathBuf::from(folder)], &mut |step| {
                (self.run.progress)(step);
            })?;
        (scan.created, scan.updated, scan.unchanged) =
            (report.created, report.updated, report.unchanged);
        scan.failed = report.failures.len() as u64;
        scan.problem = report.failures.first().map(told);
        Ok(())
    }

    /// Moves entries to the bin whose files are gone.
    fn remove(&self, location: &Location, scan: &mut LocationScan) -> Result<(), ErrorBody> {
        if location.keep_deleted || self.is_stopped() {
            return Ok(());
        }
        let look = RemovalLook::due(location);
        let report = self.library()?.follow_removals(Path::new(&location.folder), look)?;
        (scan.removed, scan.held) = (report.removed, report.held);
        scan.problem = scan.problem.take().or(report.reason);
        Ok(())
    }

    fn library(&self) -> Result<LibraryHandle<'_>, CoreError> {
        let library = LibraryHandle::open(self.system, self.run.library)?;
        Ok(match &self.run.stop {
            Some(stop) => library.with_stop(Arc::clone(stop)),
            None => library,
        })
    }

    fn is_stopped(&self) -> bool {
        self.run.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }
}

fn told(failure: &Failure) -> String {
    format!("{}: {}", failure.path, failure.error)
}
