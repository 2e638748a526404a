import { create } from 'zustand';

/** How the window stands with the studio behind it. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'unauthorised';

interface ConnectionStore {
  state: ConnectionState;
  /** Counts the times a connection was made; whoever caches what the studio said listens to it. */
  generation: number;
}

export const useConnection = create<ConnectionStore>(() => ({ state: 'connecting', generation: 0 }));

/** Told by the transport. */
export function setConnection(state: ConnectionState): void {
  useConnection.setState((now) => ({
    state,
    generation: state === 'open' && now.state !== 'open' ? now.generation + 1 : now.generation,
  }));
}
