import type { GuideStep } from '#domain/guide/guide.ts';
import type { Capture } from '../capture/capture.ts';
import type { Emitter } from '../kit/emitter.ts';
import type { Store } from '../kit/storage.ts';
import type { BatonEvents, BootOptions } from '../loader/api.ts';
import type { Visits } from './visits.ts';

/** The answer whose steps are shown, by its place in the transcript. */
export type GuideOf = { seq: number; guide?: readonly GuideStep[] | undefined };

/** What the parts of the widget share. One per boot. */
export type Core = {
  origin: string;
  workspaceKey: string;
  local: Store;
  session: Store;
  keys: StorageKeys;
  capture: Capture;
  visits: Visits;
  events: Emitter<BatonEvents>;
  /** Where the host wants recorded events compressed. */
  worker: BootOptions['worker'];
  /** Where the panel draws. */
  shadow: ShadowRoot;
  /** Starts or stops the upload of the recording; loads the recorder when it is not there yet. */
  record(recordingId: string | null): void;
  /** [O7] Whether an agent has the page on their screen. */
  watch(on: boolean): void;
  /** Says something to those who cannot see the badge. */
  announce(text: string): void;
  /** [H6] Shows the steps of an answer on the page. By the visitor's own press only. */
  guide(of: GuideOf): void;
  /** `focus` false: the cursor stays where it is; an element of the panel: it goes there. */
  open(focus: boolean | HTMLElement): void;
  close(): void;
};

export type StorageKeys = ReturnType<typeof storageKeys>;

/** Everything the widget keeps begins with `baton:KEY`, so that one look at the browser's storage shows all of it. */
export const storageKeys = (workspaceKey: string) => {
  const base = `baton:${workspaceKey}`;
  return {
    /** localStorage: the visit token. */
    visitToken: base,
    /** localStorage: one key per message that is not acknowledged. */
    outgoing: `${base}:out:`,
    /** localStorage: the conversation that another tab began. */
    conversation: `${base}:conversation`,
    /** localStorage: how far the visitor has read, for the badge in other tabs. */
    read: `${base}:read`,
    /** sessionStorage: who this tab's draft, trail and recording are of; absent while nobody has said who they are. */
    person: `${base}:person`,
    /** sessionStorage: what is typed and not sent. */
    draft: `${base}:draft`,
    /** sessionStorage: tab id, counter and crumbs. */
    trail: `${base}:trail`,
    /** sessionStorage: how far the trail was acknowledged. */
    trailAcked: `${base}:trail-acked`,
    /** sessionStorage: numbers of this tab's pieces, and of the segments that they became. */
    segments: `${base}:segments`,
    /** sessionStorage: recorded events that were in no journal when the page went. */
    unsaved: `${base}:unsaved`,
    /** sessionStorage: this page let no frame of ours in. */
    noFrame: `${base}:no-frame`,
    /** IndexedDB: the last minutes of each tab's recording. */
    database: base,
    /** sessionStorage: the panel was open. */
    open: `${base}:open`,
    /** sessionStorage: the guide that the visitor follows, for the page that its next step is on. */
    guide: `${base}:guide`,
    /** sessionStorage: when help was offered or refused last. */
    offered: `${base}:offered`,
  };
};
