// The colour scheme: that of the system, unless another was chosen.

import { signal } from "./store";

export type Theme = "auto" | "light" | "dark";

const KEY = "spacedrive.theme";

function kept(): Theme {
  const theme = localStorage.getItem(KEY);
  return theme === "light" || theme === "dark" ? theme : "auto";
}

export const theme = signal<Theme>(kept());

export function chooseTheme(next: Theme): void {
  localStorage.setItem(KEY, next);
  theme.set(next);
}

function show(): void {
  document.documentElement.dataset["theme"] = theme.get();
}

theme.follow(show);
show();
