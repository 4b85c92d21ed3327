import { render } from 'preact';
import { App } from './App.tsx';
import { loadSession } from './session.ts';
import './styles/base.css';
import './styles/side.css';
import './styles/conversation.css';
import './styles/replay.css';
import './styles/context.css';
import './styles/dialogs.css';
import { applyTheme } from './theme.ts';

applyTheme();
void loadSession();
render(<App />, document.getElementById('app') as HTMLElement);
