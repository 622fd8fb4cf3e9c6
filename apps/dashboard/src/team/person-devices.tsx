import type { AgentWithPresence } from '#contract';
import { confirmed } from '../design/confirm.js';
import { Icon } from '../design/icons.js';
import { Card, Empty } from '../design/page.js';
import { refusalText } from '../design/refusals.js';
import { toast } from '../design/toasts.js';
import { adminChange } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { now } from '../session/server-time.js';
import { deviceName, signOfLife } from './device-signs.js';
import { words as said } from './words.js';

type Session = AgentWithPresence['sessions'][number];

/** The open sessions of a person, each with its last sign of life; a lost phone is signed out here. */
export function PersonDevices({ of, again }: { readonly of: AgentWithPresence; readonly again: () => Promise<void> }) {
  const words = said();
  const end = async (session: Session): Promise<void> => {
    const question = { title: words.endTitle(deviceName(session)), text: words.endText(of.name), action: words.end, danger: true };
    if (!(await confirmed(question))) return;
    const answer = await adminChange('DELETE', `/agents/${of.id}/sessions/${session.id}`);
    toast(answer.kind === 'ok' ? words.ended : refusalText(answer));
    await again();
  };
  return (
    <Card title={words.devices}>
      {of.sessions.length === 0 && <Empty title={words.noDevice} hint={words.noDeviceHint} />}
      <ul class="rows">
        {of.sessions.map((session) => (
          <li key={session.id} class="device-row">
            <Icon name={session.device.kind} />
            <div>
              <b dir="auto">{deviceName(session)}</b>
              {session.reachableByPush && <span class="tag">{words.push}</span>}
              <p class="small quiet numbers">{signOfLife(session, now.value)}</p>
            </div>
            {mayChange() && (
              <button type="button" class="button low" onClick={() => void end(session)}>
                {words.end}
                <span class="unseen">: {deviceName(session)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
