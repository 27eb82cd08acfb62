//! Pictures that belong together: Live Photos with their movies, and bursts.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::photo::{self, Listed, MOVIE, PHOTO};

/// Longest pause between two pictures of a burst, in seconds.
const BURST_PAUSE: i64 = 1;
/// Fewest pictures of a burst whose camera does not say that it is one.
const BURST: usize = 3;

/// Kind of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A picture and its movie.
    LivePhoto,
    /// Pictures that were taken at once.
    Burst,
}

/// A file of a group.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Number of the group, from 1.
    pub group: usize,
    /// Kind of the group.
    pub kind: Kind,
    /// The file.
    pub entry_id: Uuid,
    /// Its path.
    pub path: String,
    /// When it was taken.
    pub taken: Option<String>,
}

/// The pictures of the library, by time, with what belongs to each.
#[derive(Debug, Default)]
pub(crate) struct Grouped {
    /// All pictures; those without a time come first.
    pub(crate) photos: Vec<Listed>,
    movies: Vec<Listed>,
    /// Position of the movie, by that of the picture.
    movie_of: HashMap<usize, usize>,
    /// Positions of the pictures of bursts.
    pub(crate) bursts: Vec<Vec<usize>>,
}

impl Grouped {
    /// Reads the library.
    ///
    /// # Errors
    /// Those of `vdfs.list_entries`.
    pub(crate) fn load(client: &SpacedriveClient) -> Result<Self> {
        Ok(Self::of(photo::list(client, PHOTO)?, photo::list(client, MOVIE)?))
    }

    pub(crate) fn of(mut photos: Vec<Listed>, movies: Vec<Listed>) -> Self {
        photos.sort_by(|one, two| {
            (one.photo.seconds, &one.path).cmp(&(two.photo.seconds, &two.path))
        });
        let movie_of = pair(&photos, &movies);
        let bursts = bursts(&photos);
        Self { photos, movies, movie_of, bursts }
    }

    /// Returns the movie of the picture at a position.
    pub(crate) fn movie(&self, at: usize) -> Option<&Listed> {
        self.movies.get(*self.movie_of.get(&at)?)
    }

    fn members(&self) -> Vec<Member> {
        let live = (0..self.photos.len()).filter_map(|at| {
            let files = vec![self.photos.get(at)?, self.movie(at)?];
            Some((Kind::LivePhoto, files))
        });
        let bursts = self.bursts.iter().map(|burst| {
            (Kind::Burst, burst.iter().filter_map(|at| self.photos.get(*at)).collect())
        });
        let groups = (1..).zip(live.chain(bursts));
        groups.flat_map(|(group, (kind, files))| member(group, kind, files)).collect()
    }
}

fn member(group: usize, kind: Kind, files: Vec<&Listed>) -> Vec<Member> {
    let member = |file: &Listed| Member {
        group,
        kind,
        entry_id: file.id,
        path: file.path.clone(),
        taken: file.photo.taken.clone(),
    };
    files.into_iter().map(member).collect()
}

/// Lists the files of all groups.
///
/// # Errors
/// Those of `vdfs.list_entries`.
pub(crate) fn list(client: &SpacedriveClient) -> Result<Vec<Member>> {
    Ok(Grouped::load(client)?.members())
}

/// Finds the movie of each picture: by the id that they share, else by the same name in the same folder.
fn pair(photos: &[Listed], movies: &[Listed]) -> HashMap<usize, usize> {
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    let mut by_stem: HashMap<String, usize> = HashMap::new();
    for (at, movie) in movies.iter().enumerate() {
        by_id.extend(movie.photo.live_photo.as_deref().map(|id| (id, at)));
        by_stem.insert(movie.stem(), at);
    }
    let movie = |photo: &Listed| match photo.photo.live_photo.as_deref() {
        Some(id) => by_id.get(id).or_else(|| by_stem.get(&photo.stem())).copied(),
        None => by_stem.get(&photo.stem()).copied(),
    };
    photos.iter().enumerate().filter_map(|(at, photo)| Some((at, movie(photo)?))).collect()
}

/// Finds bursts among pictures that are sorted by time: those that share an id, else several of one camera
/// without a pause.
fn bursts(photos: &[Listed]) -> Vec<Vec<usize>> {
    let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for (at, listed) in photos.iter().enumerate() {
        if let Some(id) = listed.photo.burst.as_deref() {
            by_id.entry(id).or_default().push(at);
            continue;
        }
        let last = runs.last().and_then(|run| run.last()).and_then(|last| photos.get(*last));
        match runs.last_mut().filter(|_| last.is_some_and(|last| follows(last, listed))) {
            Some(run) => run.push(at),
            None => runs.push(vec![at]),
        }
    }
    runs.retain(|run| run.len() >= BURST);
    let named = by_id.into_values().filter(|burst| burst.len() > 1);
    let mut all: Vec<Vec<usize>> = named.chain(runs).collect();
    all.sort();
    all
}

fn follows(last: &Listed, next: &Listed) -> bool {
    let (last, next) = (&last.photo, &next.photo);
    let pause = last.seconds.zip(next.seconds).map(|(last, next)| next - last);
    last.camera.is_some()
        && last.camera == next.camera
        && pause.is_some_and(|pause| pause <= BURST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::photo::Photo;

    fn file(path: &str, photo: Photo) -> Listed {
        let name = path.rsplit('/').next().unwrap().to_owned();
        let (content_hash, text) = (None, None);
        Listed { id: Uuid::nil(), name, path: path.to_owned(), size: 1, content_hash, text, photo }
    }

    fn taken(path: &str, seconds: i64, camera: &str) -> Listed {
        let camera = Some(camera.to_owned());
        file(path, Photo { seconds: Some(seconds), camera, ..Photo::default() })
    }

    fn live(path: &str, id: Option<&str>) -> Listed {
        file(path, Photo { live_photo: id.map(str::to_owned), ..Photo::default() })
    }

    #[test]
    fn a_movie_belongs_to_the_picture_of_its_id_or_its_name() {
        let photos = vec![
            live("a/IMG_1.HEIC", Some("X-1")),
            live("a/IMG_2.jpg", None),
            live("b/IMG_3.jpg", None),
        ];
        let movies = vec![
            live("a/IMG_3.mov", None),
            live("a/img_2.MOV", None),
            live("z/other.mov", Some("X-1")),
        ];
        let grouped = Grouped::of(photos, movies);
        let movie = |at| grouped.movie(at).map(|movie| movie.path.as_str());
        assert_eq!(movie(0), Some("z/other.mov"));
        assert_eq!(movie(1), Some("a/img_2.MOV"));
        assert_eq!(movie(2), None);
        assert_eq!(grouped.members().len(), 4);
    }

    #[test]
    fn a_burst_is_three_pictures_of_one_camera_without_a_pause() {
        let photos = ["1", "2", "3"].map(|name| taken(name, 100 + name.len() as i64, "Box"));
        let mut photos = photos.to_vec();
        photos.extend([taken("4", 103, "Box"), taken("5", 103, "Box")]);
        photos.extend([taken("6", 200, "Box"), taken("7", 201, "Box")]);
        let unnamed = |name| file(name, Photo { seconds: Some(300), ..Photo::default() });
        photos.extend(["8", "9", "10"].map(unnamed));
        let mut other = taken("11", 300, "Other");
        other.photo.burst = Some("b".to_owned());
        let again = Listed { path: "12".to_owned(), ..other.clone() };
        photos.extend([other, again]);
        let grouped = Grouped::of(photos, Vec::new());
        let sizes: Vec<usize> = grouped.bursts.iter().map(Vec::len).collect();
        assert_eq!(sizes, [3, 2], "{:?}", grouped.bursts);
    }
}
