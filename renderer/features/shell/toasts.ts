import { create } from 'zustand';
import { errorWords } from '../../i18n/studio-words.ts';
import type { StudioError } from '../../../electron/contract/errors.ts';

export interface Toast {
  id: number;
  tone: 'plain' | 'bad';
  title: string;
  detail: string;
  /** A way back, such as undo. */
  action?: { label: string; perform: () => void };
}

export const useToasts = create<{ toasts: Toast[] }>(() => ({ toasts: [] }));

const atMost = 3;
let nextId = 1;

function add(toast: Omit<Toast, 'id'>): void {
  const id = nextId++;
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, { ...toast, id }].slice(-atMost) }));
}

export function showToast(title: string, detail = '', action?: Toast['action']): void {
  add({ tone: 'plain', title, detail, ...(action ? { action } : {}) });
}

export function showError(error: StudioError): void {
  const { message, action, unknown } = errorWords(error);
  add({ tone: 'bad', title: message, detail: [unknown, action].filter(Boolean).join('\n') });
}

/** Shows the error of an answer, if it is one; returns whether all went well. */
export function said(reply: { ok: true } | { ok: false; error: StudioError }): boolean {
  if (!reply.ok) showError(reply.error);
  return reply.ok;
}

export function dropToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}
