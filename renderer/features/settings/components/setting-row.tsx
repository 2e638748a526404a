import { FolderOpen, RotateCcw } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { defaultSettings, settingsSchema } from '../../../../electron/contract/settings.ts';
import { studio } from '../../../api/index.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Select } from '../../../components/select.tsx';
import { Switch } from '../../../components/switch.tsx';
import { t } from '../../../i18n/index.ts';
import { errorWords } from '../../../i18n/studio-words.ts';
import { changeSettings, useUserSettings } from '../../../state/user-settings.ts';
import { optionLabel, type SettingControl, type SettingField, type ShownKey } from '../fields.ts';

/** One setting: its name, what it is for, its control, and the way back to its default. */
export function SettingRow({ field }: { field: SettingField }) {
  const { key, applies, control } = field;
  const value = useUserSettings(({ settings }) => settings[key]);
  const changed = value !== defaultSettings[key];
  const name = t(`setting.${key}`);
  return (
    <div className="setting">
      <div className="setting-words">
        <span className="setting-name">{name}</span>
        <p className="setting-about">
          {t(`setting.${key}.about`)}
          {applies === 'now' ? null : ` ${t(`settings.applies.${applies}`)}`}
        </p>
      </div>
      <div className="setting-control">
        {changed ? (
          <IconButton
            icon={RotateCcw}
            size="s"
            label={t('settings.reset', { name })}
            onClick={() => {
              changeSettings({ [key]: defaultSettings[key] });
            }}
          />
        ) : null}
        <Control name={name} settingKey={key} control={control} />
      </div>
    </div>
  );
}

interface ControlProps {
  name: string;
  settingKey: ShownKey;
  control: SettingControl;
}

/** Keeps a value if the schema takes it. */
function change(key: ShownKey, value: unknown): void {
  const parsed = settingsSchema.shape[key].safeParse(value);
  if (parsed.success && value !== undefined) changeSettings({ [key]: parsed.data });
}

function Control({ name, settingKey: key, control }: ControlProps) {
  const value = useUserSettings(({ settings }) => settings[key]);
  switch (control.kind) {
    case 'choice':
      return (
        <Select
          label={name}
          value={String(value)}
          options={control.options.map((option) => ({ value: option, label: optionLabel(key, option) }))}
          onChange={(option) => {
            change(key, option);
          }}
        />
      );
    case 'switch':
      return (
        <Switch
          label={name}
          labelHidden
          checked={value === true}
          onChange={(checked) => {
            change(key, checked);
          }}
        />
      );
    case 'number':
      return <NumberControl name={name} settingKey={key} control={control} value={Number(value)} />;
    case 'folder':
      return <FolderControl name={name} settingKey={key} value={String(value)} />;
    case 'address':
      return (
        <AddressControl name={name} settingKey={key === 'proxy' ? key : 'mirror'} value={String(value)} />
      );
  }
}

interface NumberControlProps extends ControlProps {
  control: Extract<SettingControl, { kind: 'number' }>;
  value: number;
}

function NumberControl({ name, settingKey: key, control, value }: NumberControlProps) {
  const [typed, setTyped] = useState<number | null>(null);
  const shown = typed ?? value;
  const fits = settingsSchema.shape[key].safeParse(shown).success;
  return (
    <NumberField
      label={name}
      labelHidden
      value={shown}
      step={1}
      min={control.min}
      max={control.max}
      decimals={control.whole ? 0 : 1}
      error={
        fits
          ? undefined
          : t(control.whole ? 'problem.whole' : 'problem.range', { min: control.min, max: control.max })
      }
      hint={shown === 0 ? t('settings.automatic') : undefined}
      onChange={(next) => {
        const number = next ?? NaN;
        const good = settingsSchema.shape[key].safeParse(number).success;
        setTyped(good ? null : number);
        if (good) change(key, number);
      }}
    />
  );
}

interface TypedLineProps {
  name: string;
  value: string;
  placeholder: string;
  inputMode?: 'text' | 'url';
  /** Why a text cannot be kept, or null. */
  refuse?: (text: string) => string | null;
  /** What went wrong with the text that was kept. */
  failure?: string | null;
  onKeep: (text: string) => void;
  /** Buttons beside the text. */
  children?: ReactNode;
}

/** A text kept when the field is left; one that cannot be kept stays in the field with a word about it. */
function TypedLine({
  name,
  value,
  placeholder,
  inputMode = 'text',
  refuse,
  failure,
  onKeep,
  children,
}: TypedLineProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? value;
  const refusal = refuse?.(shown.trim()) ?? null;
  const problem = refusal ?? failure ?? null;
  const commit = (): void => {
    if (typed === null || refusal !== null) return;
    if (typed.trim() !== value) onKeep(typed.trim());
    setTyped(null);
  };
  return (
    <div className="field setting-folder" data-invalid={problem === null ? undefined : true}>
      <div className="input-box">
        <input
          className="input"
          aria-label={name}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : `${id}-note`}
          spellCheck={false}
          inputMode={inputMode}
          placeholder={placeholder}
          value={shown}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
          }}
        />
      </div>
      {children}
      {problem === null ? null : (
        <p className="field-error" id={`${id}-note`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

interface AddressControlProps {
  name: string;
  settingKey: Extract<ShownKey, 'mirror' | 'proxy'>;
  value: string;
}

/** A web address. */
function AddressControl({ name, settingKey: key, value }: AddressControlProps) {
  return (
    <TypedLine
      name={name}
      value={value}
      placeholder={t(`setting.${key}.none`)}
      inputMode="url"
      refuse={(text) => (settingsSchema.shape[key].safeParse(text).success ? null : t('settings.noAddress'))}
      onKeep={(text) => {
        change(key, text);
      }}
    />
  );
}

interface FolderControlProps {
  name: string;
  settingKey: ShownKey;
  value: string;
}

/** A folder, typed or chosen in the system's dialog. */
function FolderControl({ name, settingKey: key, value }: FolderControlProps) {
  const { failure, defaultOutputFolder } = useUserSettings();
  const choose = async (): Promise<void> => {
    const reply = await studio.invoke('settings.chooseFolder', {});
    if (reply.ok && reply.value.folder !== null) change(key, reply.value.folder);
  };
  return (
    <TypedLine
      name={name}
      value={value}
      placeholder={defaultOutputFolder}
      failure={failure && `${errorWords(failure).message} ${errorWords(failure).action}`}
      onKeep={(text) => {
        change(key, text);
      }}
    >
      {window.studio ? (
        <Button size="s" icon={FolderOpen} onClick={() => void choose()}>
          {t('settings.chooseFolder')}
        </Button>
      ) : null}
    </TypedLine>
  );
}
