import type { AgentDown } from '#protocol/agent.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import { startBaton } from '../support/baton.ts';
import { type BenchWorker, startBenchWorker } from '../support/bench-worker.ts';
import { launchBrowser } from '../support/browser.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { workAs } from '../support/people.ts';
import { overNetwork, type Transport } from '../support/transport.ts';
import { Visitor } from '../support/visitor.ts';
import { quantileRows, type Row } from './report.ts';

/** Escalations per measured path; `HANDOFFS=50` for a quick look. */
const HANDOFFS = Number(process.env.HANDOFFS ?? 200);
/** The first ones pay for code that is compiled and tables that are opened. */
const WARM_UP = 10;
const WISH = 'I was charged twice, I want to talk to a human';

/** One clock for this process and the browser's. */
const clock = (): number => performance.timeOrigin + performance.now();

/**
 * From the visitor's send to the offer on the agent's socket, beside a bare relay of a stored message in the same run, one after the
 * other; and to what the agent sees: the offer painted, and the whole screen painted when it is accepted at once.
 */
export async function handoff(): Promise<Row[]> {
  const [baton, floor, browser] = await Promise.all([startBaton(), startBenchWorker('floor'), launchBrowser()]);
  try {
    const transport = overNetwork(baton.origin, baton.demoOrigin);
    const agent = await Agent.signIn(transport, 'maya@baton.test');
    const own = await agent.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    const relay = await openRelay(floor);
    const ours: number[] = [];
    const bare: number[] = [];
    for (let i = -WARM_UP; i < HANDOFFS; i += 1) {
      const one = await timeOffer(transport, agent, own);
      const other = await relay.time();
      if (i >= 0) {
        ours.push(one);
        bare.push(other);
      }
    }
    relay.close();
    await own.ask({ type: 'presence.set', presence: 'away' });
    own.close();

    const { page } = await workAs(browser, baton, 'maya@baton.test');
    await page.evaluate(watch);
    const offerPainted: number[] = [];
    const screenPainted: number[] = [];
    for (let i = -WARM_UP; i < HANDOFFS; i += 1) {
      const visitor = await Visitor.arrive(transport, null);
      const socket = await visitor.open();
      const sentAt = clock();
      void socket.ask({ type: 'message.send', text: `${WISH} ${i + WARM_UP}` });
      const seen = await page.evaluate(
        ({ text }) =>
          (window as unknown as { nextHandoff(text: string): Promise<{ offer: number; screen: number }> }).nextHandoff(
            text,
          ),
        { text: `${WISH} ${i + WARM_UP}` },
      );
      if (i >= 0) {
        offerPainted.push(seen.offer - sentAt);
        screenPainted.push(seen.screen - sentAt);
      }
      await finish(agent, visitor, socket);
    }
    return [
      ...quantileRows('ours', 'send → offer on the agent’s socket', ours),
      ...quantileRows('floor', 'send → relayed frame on a socket', bare),
      ...quantileRows('ours', 'send → offer painted in the console', offerPainted),
      ...quantileRows('ours', 'send → whole screen painted, accepted at once', screenPainted),
    ];
  } finally {
    await browser.close();
    await Promise.all([baton.stop(), floor.stop()]);
    baton.remove();
  }
}

async function timeOffer(transport: Transport, agent: Agent, own: FrameSocket<AgentDown>): Promise<number> {
  const visitor = await Visitor.arrive(transport, null);
  const socket = await visitor.open();
  const sentAt = clock();
  void socket.ask({ type: 'message.send', text: WISH });
  const offer = await offerOn(own, visitor.conversationId);
  const ms = clock() - sentAt;
  await accept(own, offer);
  await finish(agent, visitor, socket);
  return ms;
}

async function finish(agent: Agent, visitor: Visitor, socket: { close(): void }): Promise<void> {
  const work = await agent.conversation(visitor.conversationId);
  const answer = await work.ask({ type: 'resolve', code: 'answered', note: '' });
  if (answer.type !== 'ack') throw new Error(`not resolved: ${JSON.stringify(answer)}`);
  work.close();
  socket.close();
}

async function openRelay({ origin }: BenchWorker): Promise<{ time(): Promise<number>; close(): void }> {
  const open = async (path: string): Promise<WebSocket> => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    return socket;
  };
  const [listener, sender] = [await open('/listen'), await open('/send')];
  return {
    async time() {
      const heard = new Promise<number>((resolve) =>
        listener.addEventListener('message', () => resolve(clock()), { once: true }),
      );
      const sentAt = clock();
      sender.send(JSON.stringify({ type: 'message.send', text: WISH }));
      return (await heard) - sentAt;
    },
    close() {
      listener.close();
      sender.close();
    },
  };
}

/** Runs in the console's page: accepts the next offer as soon as it is there, and notes when things have been painted. */
function watch(): void {
  const painted = () =>
    new Promise<number>((resolve) =>
      // The second frame begins after the first has been painted.
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()))),
    );
  const until = <T>(look: () => T | null | undefined | false): Promise<T> =>
    new Promise((resolve) => {
      const check = () => {
        const found = look();
        if (!found) return;
        observer.disconnect();
        resolve(found);
      };
      const observer = new MutationObserver(check);
      observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
      check();
    });
  const nextHandoff = async (text: string) => {
    const button = await until(() =>
      [...document.querySelectorAll<HTMLButtonElement>('[aria-label="Offers"] button')].find(
        (one) => one.textContent?.trim() === 'Accept',
      ),
    );
    const offer = await painted();
    button.click();
    await until(() => document.querySelector('[role="log"][aria-label="Conversation"]')?.textContent?.includes(text));
    await until(() =>
      /wanted|asked|person/i.test(
        document.querySelector('[aria-label="Context"] [role="tabpanel"]')?.textContent ?? '',
      ),
    );
    return { offer, screen: await painted() };
  };
  Object.assign(window, { nextHandoff });
}
