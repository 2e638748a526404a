import {
  curveNames,
  orderNames,
  scheduleNames,
  type TextToImageRequest,
} from '../../../electron/contract/request.ts';
import type { SelectOption } from '../../components/select.tsx';
import { t } from '../../i18n/index.ts';

type OrderName = TextToImageRequest['order'];

/** The orders; a list of one's own can only be recalled from a run that had one. */
export function orderOptions(hasExplicit: boolean): SelectOption<OrderName>[] {
  return orderNames
    .filter((name) => name !== 'explicit' || hasExplicit)
    .map((name) => ({ value: name, label: t(`order.${name}`), hint: t(`order.${name}.about`) }));
}

export function scheduleOptions(): SelectOption<(typeof scheduleNames)[number]>[] {
  return scheduleNames.map((name) => ({ value: name, label: t(`schedule.${name}`) }));
}

export function curveOptions(): SelectOption<(typeof curveNames)[number]>[] {
  return curveNames.map((name) => ({ value: name, label: t(`curve.${name}`) }));
}
