// The console's own way from the server to the replay page, with nothing of the console around it.
import type { RecordingManifest } from '#protocol/http.ts';
import type { RecordingKeyframes } from '#protocol/keyframes.ts';
import { callText } from '../../../widget/console/api.ts';
import { createPartLoader, type PartLoader } from '../../../widget/console/replay/part-loader.ts';
import { linkPlayer, type PlayerLink } from '../../../widget/console/replay/player-link.ts';

let link: PlayerLink;
let loader: PartLoader | undefined;
let at = 0;
let told = 0;
let lost = 0;

const read = async (path: string): Promise<string | null> => {
  const answer = await callText(path);
  return answer.ok ? answer.value : null;
};
const json = async <T>(path: string): Promise<T> => JSON.parse((await read(path)) ?? 'null') as T;

const subject = {
  /** The page that plays, ready and with nothing in it: so it stands in a console that is open. */
  prepare: (origin: string) =>
    new Promise<void>((resolve) => {
      const frame = document.createElement('iframe');
      frame.src = `${origin}/replay/`;
      Object.assign(frame.style, { width: '1024px', height: '576px', border: '0' });
      document.body.append(frame);
      link = linkPlayer(frame, origin, (report) => {
        if (report.type === 'ready') resolve();
        if (report.type === 'error') document.title = report.message;
        if (report.type !== 'state') return;
        at = report.at;
        loader?.stream();
      });
    }),
  async open(recording: string, moment: number) {
    const base = `/v1/recordings/${recording}`;
    const [{ segments }, { keyframes }] = await Promise.all([
      json<RecordingManifest>(base),
      json<RecordingKeyframes>(`${base}/keyframes`),
    ]);
    const { tab } = segments[0] as { tab: string };
    loader = createPartLoader({
      readSegment: (n) => read(`${base}/segments/${tab}/${n}`),
      readKeyframe: (n) => read(`${base}/keyframes/${tab}/${n}`),
      send(command) {
        told += command.parts.length;
        link.send(command);
      },
      onGone: (gone) => {
        lost = gone.size;
      },
      onNothing() {
        document.title = 'nothing could be read';
      },
    });
    loader.know(segments, keyframes);
    await loader.open(moment, false);
  },
  seek(moment: number) {
    loader?.ensure(moment, at, () => link.send({ type: 'seek', at: moment }));
  },
  /** How many parts the player has, or never will have. */
  arrived: () => told + lost,
};
Object.assign(window, { subject });
