import type { QueryArrayConfig } from 'pg';
import type { RecordedCommand, ResultIds } from '../envelope.js';

export type CommandRow = [requestHash: string, streamId: string, version: number, result: ResultIds, recordedAt: number];

/** What the command log keeps of one command. */
export function findCommand(partition: number, tenantId: string, commandId: string): QueryArrayConfig {
  return {
    name: 'store.find-command',
    rowMode: 'array',
    text: `SELECT request_hash, stream_id, version, result, recorded_at FROM store.command_log
           WHERE partition = $1 AND tenant_id = $2 AND command_id = $3`,
    values: [partition, tenantId, commandId],
  };
}

export function toRecordedCommand(row: CommandRow): RecordedCommand {
  return { requestHash: row[0], streamId: row[1], version: row[2], result: row[3], recordedAt: row[4] };
}
