import { create } from 'zustand';
import type { RunEvent } from '../../../electron/contract/events.ts';
import type { PlanBox } from '../../../electron/contract/request.ts';
import type { RunSummary } from '../../../electron/contract/runs.ts';
import { studio } from '../../api/index.ts';
import { loadFinal } from '../playback/loader.ts';
import { finalKey, pictureFromPng, pictureFromRgb, pictures } from '../playback/pictures.ts';
import { touchRecord } from '../playback/records.ts';
import { useRuns } from './store.ts';

/** A round of reflection as it is seen: while it is painted, judged, and afterwards. */
export interface RoundView {
  round: number;
  seed: number;
  /** What the model says of the picture, as far as it has said it. */
  text: string;
  /** Null until it has judged. */
  accepted: boolean | null;
  plan: readonly PlanBox[];
  /** Earlier rounds it was shown. */
  history: readonly number[];
  painted: boolean;
}

/** What a run did besides painting. */
export interface Story {
  /** Boxes the picture follows; null without a layout. */
  plan: readonly PlanBox[] | null;
  warnings: readonly string[];
  rounds: readonly RoundView[];
  /** Most rounds it may take; 0 without reflection. */
  most: number;
}

const empty: Story = { plan: null, warnings: [], rounds: [], most: 0 };
const kept = 24;

/** Stories of runs this window saw, newest last. */
export const useStories = create<{ stories: Readonly<Record<string, Story>> }>(() => ({ stories: {} }));

export function roundKey(id: string, round: number): string {
  return `${id}/round-${String(round)}`;
}

/** Takes one event of a run. */
export function consumeStory(id: string, event: RunEvent): void {
  const before = useStories.getState().stories[id];
  const after = next(id, before ?? empty, event);
  if (!after || after === before) return;
  useStories.setState(({ stories }) => {
    const all = Object.entries({ ...stories, [id]: after });
    return { stories: Object.fromEntries(all.slice(-kept)) };
  });
}

function next(id: string, story: Story, event: RunEvent): Story | null {
  switch (event.type) {
    case 'plan.boxes':
      return withPlan(story, event.boxes);
    case 'plan.parsed':
      return { ...withPlan(story, event.boxes), warnings: event.warnings };
    case 'round.start': {
      const { round, rounds, seed, history } = event;
      const view: RoundView = {
        round,
        seed,
        text: '',
        accepted: null,
        plan: [],
        history: history.map((entry) => entry.round),
        painted: false,
      };
      return { ...story, most: rounds, rounds: [...story.rounds.filter((r) => r.round < round), view] };
    }
    case 'round.image':
      pictures.put(roundKey(id, event.round), pictureFromRgb(event.image));
      touchRecord(id);
      return withRound(story, { painted: true });
    case 'critique.token':
      return withRound(story, { text: event.text, painted: true });
    case 'critique.verdict':
      return withRound(story, { text: event.reply, accepted: event.accepted, painted: true });
    default:
      return null;
  }
}

function withPlan(story: Story, boxes: readonly PlanBox[]): Story {
  return withRound({ ...story, plan: boxes }, { plan: boxes });
}

/** Changes the round under way; a run without rounds stays as it is. */
function withRound(story: Story, patch: Partial<RoundView>): Story {
  const last = story.rounds.at(-1);
  return last ? { ...story, rounds: [...story.rounds.slice(0, -1), { ...last, ...patch }] } : story;
}

function storyOf(summary: RunSummary): Story {
  const rounds = (summary.rounds ?? []).map(({ round, seed, reply, accepted, plan }): RoundView => ({
    round,
    seed,
    text: reply,
    accepted,
    plan: plan?.boxes ?? [],
    history: [],
    painted: true,
  }));
  const { request } = summary;
  const most = request.task === 'text-to-image' ? (request.reflection?.rounds ?? 0) : 0;
  return { plan: summary.plan?.boxes ?? null, warnings: [], rounds, most };
}

const told = new WeakMap<RunSummary, Story>();

/** The story of a run, from what was seen of it or from its picture file. */
export function useStory(id: string | null): Story | null {
  const live = useStories(({ stories }) => (id === null ? undefined : stories[id]));
  const summary = useRuns(({ finished }) => finished.find((run) => run.id === id));
  if (live) return live;
  if (!summary) return null;
  const story = told.get(summary) ?? storyOf(summary);
  told.set(summary, story);
  return story;
}

/** Reads the picture of a round; that of the last one is the result. */
export async function loadRound(id: string, round: number, isResult: boolean): Promise<void> {
  const key = roundKey(id, round);
  if (pictures.has(key)) return;
  if (isResult) {
    await loadFinal(id);
    const picture = pictures.get(finalKey(id));
    if (picture) pictures.put(key, picture);
  } else {
    const reply = await studio.invoke('run.round', { id, round });
    if (reply.ok) pictures.put(key, await pictureFromPng(reply.value.png));
  }
  touchRecord(id);
}
