import type { DownloadPlan } from './download-plan.ts';
import { Job } from './job.ts';

/** The job of a download that an earlier start of the program left: it waits to be resumed. */
export function standingJob(plan: DownloadPlan, changed: () => void): Job {
  const files = plan.files ?? [];
  return new Job(plan.repairs ? 'repair' : 'download', 'downloading', changed, {
    state: plan.error ? 'failed' : 'paused',
    error: plan.error,
    done: files.reduce((sum, { here, bytes }) => sum + (here ? (bytes ?? 0) : 0), 0),
    total:
      plan.files && files.every(({ bytes }) => bytes !== null)
        ? files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
        : null,
  });
}
