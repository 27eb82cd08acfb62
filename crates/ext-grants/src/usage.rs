//! Budgets on disk: the usage of today survives a restart of the program.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use ext_fs::{Lock, create_private_folder};
use ext_perm::{Budget, BudgetStore, BudgetUsage};

/// The bytes of a file: the day, and each amount.
const BYTES: usize = 8 * (1 + Budget::ALL.len());

/// The usage of one extension: a file that is locked while it is changed, also against other programs.
///
/// It is not synced to the disk: after a power cut some of a day's usage may be lost, after a crash of
/// the program none is.
#[derive(Debug)]
pub(crate) struct FileBudgets {
    folder: PathBuf,
    path: PathBuf,
}

impl FileBudgets {
    /// Names the file of an extension in a folder, which is made when something is charged.
    pub(crate) fn new(folder: &Path, extension: &str) -> Self {
        Self { folder: folder.to_owned(), path: folder.join(extension) }
    }

    fn try_update(&self, change: &mut dyn FnMut(&mut BudgetUsage) -> bool) -> io::Result<bool> {
        create_private_folder(&self.folder)?;
        let lock = Lock::acquire(&self.path)?;
        let mut usage = read(lock.file())?;
        let before = usage;
        let result = change(&mut usage);
        if usage != before {
            write(lock.file(), usage)?;
        }
        Ok(result)
    }
}

impl BudgetStore for FileBudgets {
    fn update(&self, change: &mut dyn FnMut(&mut BudgetUsage) -> bool) -> Option<bool> {
        let result = self.try_update(change);
        result.inspect_err(|error| tracing::error!(%error, "the use of budgets is not kept")).ok()
    }
}

/// Reads the usage; a new file, and one of another length, stand for nothing used.
fn read(file: &File) -> io::Result<BudgetUsage> {
    let mut bytes = Vec::new();
    file.take(BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let mut usage = BudgetUsage::default();
    if bytes.len() == BYTES {
        let mut numbers = bytes.chunks_exact(8).filter_map(|chunk| chunk.try_into().ok());
        usage.day = numbers.next().map(i64::from_le_bytes).unwrap_or_default();
        for (amount, bytes) in usage.amounts.iter_mut().zip(numbers) {
            *amount = u64::from_le_bytes(bytes);
        }
    }
    Ok(usage)
}

/// Writes the usage in one write of 40 bytes.
fn write(mut file: &File, usage: BudgetUsage) -> io::Result<()> {
    let mut bytes = usage.day.to_le_bytes().to_vec();
    usage.amounts.iter().for_each(|amount| bytes.extend(amount.to_le_bytes()));
    file.rewind()?;
    file.write_all(&bytes)?;
    file.set_len(BYTES as u64)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ext_perm::{Budgets, DailyBudgets};
    use jiff::Timestamp;

    use super::*;

    fn budgets(folder: &Path) -> Budgets {
        let (ocr_pages, model_tokens) = (1000, 0);
        let limits = DailyBudgets { http_bytes: 5, ocr_pages, embedding_tokens: 5, model_tokens };
        Budgets::new(limits, Arc::new(FileBudgets::new(&folder.join("usage"), "demo")))
    }

    #[test]
    fn a_budget_is_exact_over_threads_and_starts_of_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-05-01T10:00:00Z".parse().unwrap();
        let charge = || {
            let budgets = budgets(folder.path());
            (0..400).filter(|_| budgets.charge(Budget::OcrPages, 1, now).is_ok()).count()
        };
        let allowed: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(charge)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(allowed, 1000);
        let refusal = budgets(folder.path()).charge(Budget::OcrPages, 1, now).unwrap_err();
        assert_eq!(refusal.retry_after_ms(), Some(14 * 3_600_000));
        let tomorrow = "2026-05-02T00:00:00Z".parse().unwrap();
        assert!(budgets(folder.path()).charge(Budget::OcrPages, 1000, tomorrow).is_ok());
        // A clock that is put back gives nothing back.
        assert!(budgets(folder.path()).charge(Budget::OcrPages, 1, now).is_err());
    }

    #[test]
    fn perm_32_what_cannot_be_counted_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let budgets = budgets(folder.path());
        std::fs::create_dir_all(folder.path().join("usage/demo")).unwrap();
        let refusal = budgets.charge(Budget::OcrPages, 1, Timestamp::now()).unwrap_err();
        assert_eq!(refusal.code(), ext_wire::ErrorCode::Internal);
        assert!(budgets.left(Timestamp::now()).iter().all(|budget| budget.left == 0));
    }
}
