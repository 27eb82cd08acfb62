// Names with what is known about them.

import type { ComponentChildren } from "preact";

export type FactList = [name: string, value: ComponentChildren][];

export function Facts({ facts }: { facts: FactList }) {
  return (
    <dl class="facts card">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
