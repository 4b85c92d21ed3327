import { LEAVE_FIELD, SHORTCUTS } from '../shortcuts.ts';
import { Dialog } from './Dialog.tsx';

export function ShortcutsDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Keyboard shortcuts" lead="They rest while you type in a field." onClose={onClose}>
      <dl class="fields shortcuts">
        {[...SHORTCUTS.filter(({ says }) => says !== ''), LEAVE_FIELD].map(({ keys, says }) => (
          <div key={says}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key === ' ' ? 'Space' : key}</kbd>
              ))}
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
