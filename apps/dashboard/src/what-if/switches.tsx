import type { SiteView } from '#contract';
import { Field } from '../design/field.js';
import { words as said } from './words.js';

type Mode = SiteView['mode'];

const MODES: readonly Mode[] = ['agents-and-hours', 'agents', 'hours', 'force-online', 'force-offline'];

/** What would have decided on the site, and whether the group would have been switched on; what is not named was as it was. */
export interface SupposedSwitches {
  readonly mode?: Mode;
  readonly groupEnabled?: boolean;
}

interface SwitchesProps {
  readonly ofGroup: boolean;
  readonly supposed: SupposedSwitches;
  readonly onChange: (supposed: SupposedSwitches) => void;
}

export function Switches({ ofGroup, supposed: { mode, groupEnabled }, onChange }: SwitchesProps) {
  const words = said();
  const put = (nextMode: Mode | undefined, enabled: boolean | undefined): void =>
    onChange({ ...(nextMode === undefined ? {} : { mode: nextMode }), ...(enabled === undefined ? {} : { groupEnabled: enabled }) });
  return (
    <div class="what-if-supposed">
      <Field label={words.mode}>
        {(tied) => (
          <select {...tied} value={mode ?? ''} onInput={(event) => put(MODES.find((one) => one === event.currentTarget.value), groupEnabled)}>
            <option value="">{words.asItWas}</option>
            {MODES.map((one) => (
              <option key={one} value={one}>
                {words.modes[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {ofGroup && (
        <Field label={words.group}>
          {(tied) => (
            <select
              {...tied}
              value={groupEnabled === undefined ? '' : String(groupEnabled)}
              onInput={({ currentTarget: { value } }) => put(mode, value === '' ? undefined : value === 'true')}
            >
              <option value="">{words.asItWas}</option>
              <option value="true">{words.groupOn}</option>
              <option value="false">{words.groupOff}</option>
            </select>
          )}
        </Field>
      )}
    </div>
  );
}
