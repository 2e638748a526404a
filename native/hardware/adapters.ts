import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { GraphicsAdapter } from '../../electron/contract/hardware.ts';
import { readSystemText, type ReadText } from './memory.ts';
import { parseJson } from '../parse-json.ts';

const run = promisify(execFile);

/** A program of the system that does not answer is given up after this. */
const limitMs = 5000;

/** Who makes adapters, by PCI id. */
const vendors: Readonly<Record<string, string>> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
  '0x106b': 'Apple',
  '0x1af4': 'virtio',
  '0x15ad': 'VMware',
  '0x1234': 'QEMU',
  '0x1b36': 'QEMU',
  '0x1414': 'Microsoft',
  '0x1d0f': 'Amazon',
  '0x1a03': 'ASPEED',
  '0x102b': 'Matrox',
};

/** Where the system keeps facts about devices; another one in tests. */
export interface SystemFiles {
  read: ReadText;
  list: (folder: string) => string[];
}

const ownFiles: SystemFiles = {
  read: readSystemText,
  list: (folder) => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
};

/** Adapters the Linux kernel lists, with names and memory where their drivers tell. */
export function linuxAdapters({ read, list }: SystemFiles = ownFiles): GraphicsAdapter[] {
  const named = new Map<string, string>();
  for (const slot of list('/proc/driver/nvidia/gpus')) {
    const model = /^Model:\s+(.+)$/mu.exec(read(`/proc/driver/nvidia/gpus/${slot}/information`) ?? '');
    if (model?.[1]) named.set(slot.toLowerCase(), model[1].trim());
  }
  return list('/sys/class/drm')
    .filter((name) => /^card\d+$/u.test(name))
    .flatMap((card) => {
      const device = `/sys/class/drm/${card}/device`;
      const id = read(`${device}/vendor`)?.trim() ?? '';
      if (id === '') return [];
      const about = read(`${device}/uevent`) ?? '';
      const slot = /^PCI_SLOT_NAME=(.+)$/mu.exec(about)?.[1]?.toLowerCase() ?? '';
      const driver = /^DRIVER=(.+)$/mu.exec(about)?.[1] ?? null;
      const vendor = vendors[id] ?? `vendor ${id}`;
      const product = read(`${device}/product_name`)?.trim();
      const name =
        named.get(slot) ?? (product || `${vendor} ${read(`${device}/device`)?.trim() ?? ''}`.trim());
      const memory = Number(read(`${device}/mem_info_vram_total`)?.trim() ?? NaN);
      return [
        { name, vendor, memoryBytes: Number.isSafeInteger(memory) && memory > 0 ? memory : null, driver },
      ];
    });
}

/** What `nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader,nounits` writes. */
export function nvidiaAdapters(text: string): GraphicsAdapter[] {
  return text.split('\n').flatMap((line) => {
    const [name, mebibytes, driver] = line.split(',').map((part) => part.trim());
    if (!name || !mebibytes) return [];
    const memory = Number(mebibytes) * 2 ** 20;
    const memoryBytes = Number.isSafeInteger(memory) ? memory : null;
    return [{ name, vendor: 'NVIDIA', memoryBytes, driver: driver ? `nvidia ${driver}` : 'nvidia' }];
  });
}

const displaysSchema = z.object({
  SPDisplaysDataType: z.array(
    z.looseObject({
      sppci_model: z.string().optional(),
      spdisplays_vendor: z.string().optional(),
      spdisplays_vram: z.string().optional(),
      spdisplays_mtlgpufamilysupport: z.string().optional(),
    }),
  ),
});

/** What macOS's `system_profiler -json SPDisplaysDataType` writes. */
export function macAdapters(text: string): GraphicsAdapter[] {
  const { SPDisplaysDataType: displays } = displaysSchema.parse(parseJson(text));
  return displays.map((display) => {
    const [, amount, unit] = /^(\d+) (MB|GB)$/u.exec(display.spdisplays_vram ?? '') ?? [];
    const memoryBytes = amount ? Number(amount) * (unit === 'GB' ? 2 ** 30 : 2 ** 20) : null;
    const vendor = (display.spdisplays_vendor ?? '').replace(/^sppci_vendor_/u, '') || 'Apple';
    return { name: display.sppci_model ?? vendor, vendor, memoryBytes, driver: 'Metal' };
  });
}

const controllerSchema = z.looseObject({
  Name: z.string().nullish(),
  AdapterCompatibility: z.string().nullish(),
  AdapterRAM: z.number().nullish(),
  DriverVersion: z.string().nullish(),
});

/** Windows keeps the size in 32 bits: from here on it is not the true one. */
const windowsMemoryEnd = 2 ** 32 - 2 ** 21;

/** What Windows's `Get-CimInstance Win32_VideoController | ConvertTo-Json` writes: one object or several. */
export function windowsAdapters(text: string): GraphicsAdapter[] {
  const parsed: unknown = parseJson(text);
  const controllers = z.array(controllerSchema).parse(Array.isArray(parsed) ? parsed : [parsed]);
  return controllers.map(({ Name, AdapterCompatibility, AdapterRAM, DriverVersion }) => ({
    name: Name ?? 'unknown',
    vendor: AdapterCompatibility ?? 'unknown',
    memoryBytes: AdapterRAM && AdapterRAM > 0 && AdapterRAM < windowsMemoryEnd ? AdapterRAM : null,
    driver: DriverVersion ?? null,
  }));
}

const windowsQuery =
  'Get-CimInstance Win32_VideoController | Select-Object Name,AdapterCompatibility,AdapterRAM,DriverVersion | ConvertTo-Json -Compress';

async function ask(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, [...args], {
    timeout: limitMs,
    windowsHide: true,
    maxBuffer: 2 ** 20,
  });
  return stdout;
}

/** The machine's graphics adapters as far as the system tells, and what could not be asked. */
export async function findAdapters(
  platform: NodeJS.Platform = process.platform,
): Promise<{ adapters: GraphicsAdapter[]; notes: string[] }> {
  try {
    if (platform === 'darwin')
      return {
        adapters: macAdapters(await ask('system_profiler', ['-json', 'SPDisplaysDataType'])),
        notes: [],
      };
    if (platform === 'win32') {
      const text = await ask('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', windowsQuery]);
      return { adapters: windowsAdapters(text), notes: [] };
    }
    const listed = linuxAdapters();
    const isNvidia = listed.some(({ vendor }) => vendor === 'NVIDIA');
    const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits'];
    const nvidia = await ask('nvidia-smi', query).then(nvidiaAdapters, () => []);
    const notes =
      isNvidia && nvidia.length === 0 ? ['nvidia-smi did not answer: memory and driver are not known'] : [];
    const others = nvidia.length > 0 ? listed.filter(({ vendor }) => vendor !== 'NVIDIA') : listed;
    return { adapters: [...nvidia, ...others], notes };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { adapters: [], notes: [`the system could not be asked for its adapters: ${reason}`] };
  }
}
