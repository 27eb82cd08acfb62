// Icons, drawn by lines of the text's colour; each stands beside a text or has a label.

const paths = {
  receipts: "M6 3h12v18l-3-2-3 2-3-2-3 2z M9.5 8h5 M9.5 12h5",
  review: "M4 12s3-6 8-6 8 6 8 6-3 6-8 6-8-6-8-6z M12 14.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  library: "M4 5h6v14H4z M10 5h5v14h-5z M15.5 5.6l4-1 3 14-4 1z",
  jobs: "M12 7v5l3.5 2 M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  locations: "M3 6h6l2 2h10v11H3z",
  extensions: "M9 4.5a2 2 0 0 1 4 0V7h5v5h-2.5a2 2 0 0 0 0 4H18v4H6V7h3z",
  status: "M3 12h4l2.5-7 5 14 2.5-7h4",
  upload: "M12 16V5 M7.5 9 12 4.5 16.5 9 M4 19h16",
  download: "M12 4v11 M7.5 11 12 15.5 16.5 11 M4 20h16",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14z M16 16l5 5",
  check: "M4.5 12.5 10 18 19.5 7",
  cross: "M6 6l12 12 M18 6 6 18",
  back: "M14.5 5.5 8 12l6.5 6.5",
  next: "M9.5 5.5 16 12l-6.5 6.5",
  undo: "M8 5 4 9l4 4 M4 9h10a5.5 5.5 0 0 1 0 11h-3",
  edit: "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z",
  grid: "M4 4h7v7H4z M13 4h7v7h-7z M4 13h7v7H4z M13 13h7v7h-7z",
  list: "M4 6h16 M4 12h16 M4 18h16",
  warning: "M12 4 2.5 20h19z M12 10v4.5 M12 17.2v.3",
  file: "M6 3h8l4 4v14H6z M14 3v4h4",
  exit: "M10 4H4v16h6 M15 8l4.5 4-4.5 4 M9 12h10",
  settings: "M4 7h9 M17 7h3 M15 5v4 M4 17h3 M11 17h9 M9 15v4",
  audit: "M5 4h14v16H5z M8.5 9h7 M8.5 13h7 M8.5 17h4",
  key: "M15 9.5a4.5 4.5 0 1 0-4 4.5l1.5 1.5H15v2.5h2.5V20.500H21V17l-6.200-6.200",
};

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
