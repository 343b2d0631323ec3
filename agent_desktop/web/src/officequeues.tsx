// The queues: what is set up about each, at a glance; one of them is opened to be changed.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useDeeds, type Deeds } from "./deed";
import { policy as readPolicy, reloadPolicy, type Json, type Policy, type Table } from "./officeapi";
import { namesOf, QueueForm } from "./officequeueform";
import type { Section, SectionProps } from "./officesection";
import { refusalWord } from "./officewords";
import { CAUSES, isTable, LEAVES, STRATEGIES } from "./queuefields";
import { t, word } from "./texts";

function Queues({ path, go, user }: SectionProps): JSX.Element {
  const [policy, setPolicy] = useState<Policy | null>(null);
  const [failure, setFailure] = useState("");
  const deeds = useDeeds(refusalWord);
  const read = (): Promise<void> =>
    readPolicy().then((found) => { setPolicy(found); setFailure(""); }, (error: unknown) => setFailure(refusalWord(error)));
  useEffect(() => { void read(); }, []);
  const [open] = path;
  const known = policy?.queues.some((one) => one.queue === open) ?? false;
  return (
    <section aria-labelledby="queues-heading">
      {failure === "" ? null : <p class="notice alarm" role="alert">{failure}</p>}
      {policy === null ? <><h2 id="queues-heading">{t("office.queues")}</h2>{failure === "" ? <p class="hint panel-hint">{t("page.loading")}</p> : null}</>
        : open !== undefined && known ? <QueueForm key={open} queue={open} policy={policy} me={user.login} back={() => go([])} read={read} deeds={deeds} />
        : <List policy={policy} go={go} deeds={deeds} read={read} unknown={open !== undefined} />}
    </section>
  );
}

function List({ policy, go, deeds, read, unknown }: {
  policy: Policy; go: (path: string[]) => void; deeds: Deeds; read: () => Promise<void>; unknown: boolean;
}): JSX.Element {
  const reload = (): void => {
    void deeds.run({ subject: "policy", said: t("queue.reloaded"), act: () => reloadPolicy().then(read) });
  };
  return (
    <>
      <div class="day-head">
        <h2 id="queues-heading">{t("office.queues")}</h2>
        <a class="button" href="/api/v1/policy/queues.toml" download="queues.toml">{t("queue.download")}</a>
      </div>
      {deeds.shown}
      {unknown ? <p class="notice warn">{t("queue.unknown")}</p> : null}
      {policy.writable ? null : <p class="notice warn">{t("queue.read_only")}</p>}
      {policy.in_force ? null : <p class="notice warn">{t("queue.not_in_force")}
        <button type="button" class="small" disabled={deeds.busy !== null} onClick={reload}>{t("queue.reload")}</button></p>}
      <div class="wide-table" tabIndex={0} role="group" aria-labelledby="queues-heading">
        <table>
          <thead><tr><th scope="col">{t("queue.names")}</th><th scope="col">{t("queue.requirement")}</th><th scope="col">{t("queue.strategy")}</th>
            <th scope="col" class="amount">{t("queue.priority")}</th><th scope="col" class="amount">{t("queue.service_level")}</th>
            <th scope="col">{t("queue.overflow")}</th><th scope="col">{t("queue.part_heard")}</th></tr></thead>
          <tbody>{policy.queues.map(({ queue, settings }) => (
            <tr key={queue}>
              <th scope="row"><a href={`/office/queues/${encodeURIComponent(queue)}`}
                onClick={(event) => { event.preventDefault(); go([queue]); }}>{word(namesOf(settings), queue)}</a><span class="hint sub">{queue}</span></th>
              <td class="requirement">{String(settings["requirement"] ?? "") || "–"}{relaxed(settings)}</td>
              <td>{strategyWord(settings["strategy"])}</td>
              <td class="amount figure">{String(settings["priority"] ?? 0)}</td>
              <td class="amount figure">{`${String(settings["service_level_s"] ?? policy.defaults["service_level_s"] ?? "–")} s`}</td>
              <td>{steps(settings)}</td>
              <td>{heard(settings)}</td>
            </tr>))}</tbody>
        </table>
      </div>
    </>
  );
}

function relaxed(settings: Table): JSX.Element[] {
  const list = Array.isArray(settings["relax"]) ? settings["relax"].filter(isTable) : [];
  return list.map((step, place) => <span key={place} class="sub">{`${String(step["after_s"])} s → ${String(step["requirement"]) || "–"}`}</span>);
}

function strategyWord(strategy: Json | undefined): string {
  const key = STRATEGIES[String(strategy ?? "longest_idle")];
  return key ? t(key) : String(strategy);
}

function steps(settings: Table): JSX.Element | JSX.Element[] {
  const list = Array.isArray(settings["overflow"]) ? settings["overflow"].filter(isTable) : [];
  if (list.length === 0) return <span class="hint">–</span>;
  return list.map((step, place) => {
    const cause = CAUSES[String(step["on"])];
    const leave = LEAVES[String(step["leave"])];
    const when = cause ? t(cause) : `${String(step["after_s"])} s`;
    return <span key={place} class="sub">{`${when} → ${leave ? t(leave) : String(step["queue"] ?? "")}`}</span>;
  });
}

function heard(settings: Table): string {
  const parts = [settings["announce"] === undefined ? "" : t("queue.announce"), settings["comfort"] === undefined ? "" : t("queue.comfort"),
    isTable(settings["keys"]) ? `${t("queue.keys")} ${Object.keys(settings["keys"]).join(" ")}` : ""];
  return parts.filter((part) => part !== "").join(", ") || "–";
}

export const QUEUES: Section = { id: "queues", title: "office.queues", roles: ["supervisor", "admin"], View: Queues };
