import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hasTensorflow, openBackend } from '@millrace/engine';
import { type Diagnosis, failed, ok } from './check.ts';

/** Whether a training would run on a GPU: driver, card, library, and a backend opened with nothing to fall back on. */
export async function gpuChecks(libraryFolder: string | undefined): Promise<Diagnosis[]> {
  return [
    driverCheck(),
    cardCheck(),
    libraryCheck(libraryFolder),
    await answerCheck(libraryFolder),
  ];
}

const driverFiles = ['/proc/driver/nvidia/version', '/dev/dxg'];

function driverCheck(): Diagnosis {
  const found = driverFiles.find((file) => existsSync(file));
  return found === undefined
    ? failed('driver', `no NVIDIA driver: neither ${driverFiles.join(' nor ')} is there`)
    : ok('driver', found);
}

function cardsOf(): readonly string[] {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'];
  const { status, stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8', timeout: 20_000 });
  return status === 0 ? stdout.trim().split('\n').filter(Boolean) : [];
}

/** One line for the general check-up: no card is no fault. */
export function gpuSummary(): Diagnosis {
  const cards = cardsOf();
  return cards.length === 0
    ? ok('gpu', 'none here: trainings run on the CPU')
    : ok('gpu', `${cards.join('; ')} (millrace doctor --gpu: would a training use it?)`);
}

function cardCheck(): Diagnosis {
  const cards = cardsOf();
  return cards.length === 0
    ? failed('card', 'nvidia-smi names none')
    : ok('card', cards.join('; '));
}

function libraryCheck(folder: string | undefined): Diagnosis {
  if (!folder) {
    return failed(
      'library',
      'set MILLRACE_TENSORFLOW_GPU to a folder with a GPU build of TensorFlow',
    );
  }
  return hasTensorflow(folder)
    ? ok('library', folder)
    : failed('library', `${folder} holds no TensorFlow library and addon`);
}

async function answerCheck(folder: string | undefined): Promise<Diagnosis> {
  try {
    const given = folder ? { gpuLibraryFolder: folder } : {};
    const { says } = await openBackend({ ...given, requireGpu: true });
    return ok('backend', says);
  } catch (error) {
    return failed('backend', error instanceof Error ? error.message : String(error));
  }
}
