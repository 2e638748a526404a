import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { machineSchema } from '../../../electron/contract/hardware.ts';
import {
  linuxAdapters,
  macAdapters,
  nvidiaAdapters,
  windowsAdapters,
} from '../../../native/hardware/adapters.ts';
import { probeMachine } from '../../../native/hardware/machine.ts';
import { memoryKills, memoryState } from '../../../native/hardware/memory.ts';

const mib = 2 ** 20;

/** A system's files: contents by path. */
function files(contents: Record<string, string>) {
  return {
    read: (path: string) => contents[path] ?? null,
    list: (folder: string) => [
      ...new Set(
        Object.keys(contents)
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''),
      ),
    ],
  };
}

it('this machine has a processor, threads and memory that the contract takes', async () => {
  const machine = machineSchema.parse(await probeMachine());
  expect(machine.usableThreads).toBeGreaterThan(0);
  expect(machine.memory.availableBytes).toBeGreaterThan(0);
  expect(machine.memory.availableBytes).toBeLessThanOrEqual(machine.memory.totalBytes);
});

describe('memory', () => {
  const meminfo = { '/proc/meminfo': 'MemTotal: 9 kB\nMemAvailable:    2048000 kB\n' };

  it('is what the machine has free when no container limits it', () => {
    const { read } = files({
      ...meminfo,
      '/proc/self/cgroup': '0::/user.slice\n',
      '/sys/fs/cgroup/memory.max': 'max\n',
    });
    expect(memoryState(read)).toEqual({
      totalBytes: totalmem(),
      usableBytes: totalmem(),
      availableBytes: 2048000 * 1024,
      limitedBy: null,
    });
  });

  it('is what the tightest control group leaves, in both versions; cached files count as free', () => {
    const second = files({
      ...meminfo,
      '/proc/self/cgroup': '0::/box/inner\n',
      '/sys/fs/cgroup/box/memory.max': `${300 * mib}\n`,
      '/sys/fs/cgroup/box/memory.current': `${120 * mib}\n`,
      '/sys/fs/cgroup/box/memory.stat': `anon 1\ninactive_file ${20 * mib}\n`,
      '/sys/fs/cgroup/box/inner/memory.max': 'max\n',
    });
    const limited = { usableBytes: 300 * mib, availableBytes: 200 * mib, limitedBy: 'container' };
    expect(memoryState(second.read)).toMatchObject(limited);
    const first = files({
      ...meminfo,
      '/proc/self/cgroup': '4:memory:/box\n3:cpuset:/\n',
      '/sys/fs/cgroup/memory/box/memory.limit_in_bytes': `${300 * mib}\n`,
      '/sys/fs/cgroup/memory/box/memory.usage_in_bytes': `${120 * mib}\n`,
      '/sys/fs/cgroup/memory/box/memory.stat': `total_inactive_file ${20 * mib}\n`,
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    });
    expect(memoryState(first.read)).toMatchObject(limited);
  });

  it('counts what the system ended for lack of it', () => {
    expect(memoryKills(files({ '/proc/vmstat': 'pgfault 5\noom_kill 3\n' }).read)).toBe(3);
    expect(memoryKills(files({}).read)).toBeNull();
  });
});

describe('graphics adapters', () => {
  it('on Linux come from the kernel, with the names and memory their drivers tell', () => {
    const system = files({
      '/sys/class/drm/card0/device/vendor': '0x1002\n',
      '/sys/class/drm/card0/device/device': '0x744c\n',
      '/sys/class/drm/card0/device/uevent': 'DRIVER=amdgpu\nPCI_SLOT_NAME=0000:03:00.0\n',
      '/sys/class/drm/card0/device/mem_info_vram_total': `${24 * 1024 * mib}\n`,
      '/sys/class/drm/card0-HDMI-A-1/status': 'connected\n',
      '/sys/class/drm/card1/device/vendor': '0x10de\n',
      '/sys/class/drm/card1/device/uevent': 'DRIVER=nvidia\nPCI_SLOT_NAME=0000:01:00.0\n',
      '/proc/driver/nvidia/gpus/0000:01:00.0/information': 'Model: \t\t NVIDIA GeForce RTX 4090\nIRQ: 1\n',
      '/sys/class/drm/renderD128/device/vendor': '0x1002\n',
    });
    expect(linuxAdapters(system)).toEqual([
      { name: 'AMD 0x744c', vendor: 'AMD', memoryBytes: 24 * 1024 * mib, driver: 'amdgpu' },
      { name: 'NVIDIA GeForce RTX 4090', vendor: 'NVIDIA', memoryBytes: null, driver: 'nvidia' },
    ]);
  });

  it('of NVIDIA tell name, memory and driver', () => {
    expect(nvidiaAdapters('NVIDIA H100 80GB HBM3, 81559, 550.54.15\n')).toEqual([
      {
        name: 'NVIDIA H100 80GB HBM3',
        vendor: 'NVIDIA',
        memoryBytes: 81559 * mib,
        driver: 'nvidia 550.54.15',
      },
    ]);
    expect(nvidiaAdapters('')).toEqual([]);
  });

  it('on macOS and Windows are read from what their tools write', () => {
    const mac = {
      SPDisplaysDataType: [{ sppci_model: 'Apple M2', spdisplays_vendor: 'sppci_vendor_Apple' }],
    };
    expect(macAdapters(JSON.stringify(mac))).toEqual([
      { name: 'Apple M2', vendor: 'Apple', memoryBytes: null, driver: 'Metal' },
    ]);
    const one = {
      Name: 'Intel UHD',
      AdapterCompatibility: 'Intel',
      AdapterRAM: 1073741824,
      DriverVersion: '31.0',
    };
    expect(windowsAdapters(JSON.stringify(one))).toEqual([
      { name: 'Intel UHD', vendor: 'Intel', memoryBytes: 1073741824, driver: '31.0' },
    ]);
    const capped = [
      { Name: 'RTX', AdapterCompatibility: 'NVIDIA', AdapterRAM: 4293918720, DriverVersion: null },
    ];
    expect(windowsAdapters(JSON.stringify(capped))[0]?.memoryBytes).toBeNull();
  });
});
