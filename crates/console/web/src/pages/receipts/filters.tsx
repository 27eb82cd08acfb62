// The row of filters above the table.

import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { setQuery } from "../../router";
import { Button, Input, Select } from "../../ui/parts";
import { amountOf, isFiltered, NO_CATEGORY, type ReceiptFilter } from "./filter";
import { categoryName } from "./list";
import { periodOf, periods } from "./periods";

interface FiltersProps {
  filter: ReceiptFilter;
  categories: string[];
  currencies: string[];
}

type Options = [value: string, text: string][];

export function Filters({ filter, categories, currencies }: FiltersProps) {
  const [isOpen, setOpen] = useState(isFiltered(filter));
  const change = (name: string) => (value: string) => setQuery({ [name]: value, offset: undefined });
  const all: Options = [["", t("filter.all")]];
  const names: Options = categories.map((name) => [name, categoryName(name)]);
  const codes: Options = currencies.map((code) => [code, code]);
  const none: Options = [[NO_CATEGORY, t("filter.noCategory")]];
  const sure: Options = [
    ["1", t("filter.sure")],
    ["0", t("filter.unsure")],
  ];
  return (
    <form
      class={isOpen ? "filters open" : "filters"}
      role="search"
      aria-label={t("filter.label")}
      onSubmit={(event) => event.preventDefault()}
    >
      <div class="opener">
        <Button icon="settings" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t("filter.label")}
        </Button>
      </div>
      <Period filter={filter} />
      <Input label={t("column.vendor")} value={filter.vendor} type="search" onChange={change("vendor")} />
      <Select
        label={t("column.category")}
        value={filter.category}
        options={[...all, ...names, ...none]}
        onChange={change("category")}
      />
      <Select
        label={t("column.currency")}
        value={filter.currency}
        options={[...all, ...codes]}
        onChange={change("currency")}
      />
      <div class="range">
        <Amount label={t("filter.min")} value={filter.min} onChange={change("min")} />
        <Amount label={t("filter.max")} value={filter.max} onChange={change("max")} />
      </div>
      <Select
        label={t("column.sure")}
        value={filter.sure}
        options={[...all, ...sure]}
        onChange={change("sure")}
      />
      <Rejected filter={filter} />
      {isFiltered(filter) ? (
        <Button icon="cross" kind="quiet" onClick={clear}>
          {t("filter.clear")}
        </Button>
      ) : null}
    </form>
  );
}

function Amount(props: { label: string; value: string; onChange(value: string): void }) {
  const isUnclear = amountOf(props.value) === "unclear";
  return <Input {...props} problem={isUnclear ? t("filter.unclear") : undefined} />;
}

function clear(): void {
  const names = ["from", "to", "vendor", "category", "currency", "min", "max", "sure", "rejected", "offset"];
  setQuery(Object.fromEntries(names.map((name) => [name, undefined])));
}

function Rejected({ filter }: { filter: ReceiptFilter }) {
  const set = (rejected: boolean) => setQuery({ rejected: rejected ? "1" : undefined, offset: undefined });
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={filter.rejected}
        onChange={(event) => set(event.currentTarget.checked)}
      />
      {t("filter.rejected")}
    </label>
  );
}

function Period({ filter }: { filter: ReceiptFilter }) {
  const today = new Date();
  const chosen = periodOf(filter.from, filter.to, today);
  const set = (from: string, to: string) => setQuery({ from, to, offset: undefined });
  const pick = (id: string) => {
    const period = periods(today).find((period) => period.id === id);
    if (period !== undefined) set(period.from, period.to);
  };
  const options: Options = periods(today).map(({ id }) => [id, t(`period.${id}`)]);
  if (chosen === "own") options.push(["own", t("period.own")]);
  return (
    <>
      <Select label={t("period.label")} value={chosen} options={options} onChange={pick} />
      <div class="range">
        <Input label={t("filter.from")} type="date" value={filter.from} onChange={(from) => set(from, filter.to)} />
        <Input label={t("filter.to")} type="date" value={filter.to} onChange={(to) => set(filter.from, to)} />
      </div>
    </>
  );
}
