import pg from 'pg';
import { serviceRole } from './tenant-table.js';

/**
 * Creates (or sets the password of) a role that may log in and has the services' rights and no others.
 * For embedded servers and tests.
 * @param adminUrl connection of somebody who may create roles
 * @returns the services' connection string: the same server and database, the other role
 */
export async function ensureServiceLogin(adminUrl: string, login: { user: string; password: string }): Promise<string> {
  const admin = new pg.Client({ connectionString: adminUrl, application_name: 'ampel-migrate', connectionTimeoutMillis: 10_000 });
  await admin.connect();
  try {
    const user = admin.escapeIdentifier(login.user);
    // Two starts at once: the second waits, and then finds the role.
    await admin.query('SELECT pg_advisory_lock(hashtext($1))', [`ampel login ${login.user}`]);
    const { rows } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [login.user]);
    const password = admin.escapeLiteral(login.password);
    const form = `LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD ${password}`;
    await retried(() => admin.query(rows.length > 0 ? `ALTER ROLE ${user} ${form}` : `CREATE ROLE ${user} ${form}`));
    await retried(() => admin.query(`GRANT ${serviceRole} TO ${user}`));
  } finally {
    await admin.end();
  }
  const url = new URL(adminUrl);
  url.username = encodeURIComponent(login.user);
  url.password = encodeURIComponent(login.password);
  return url.toString();
}

/**
 * Sees to it that the login of the services' connection string has their rights. One that is missing is made, with that string's password;
 * one that is there keeps its own. To be called after migrating.
 * @param adminUrl connection of the owner of the schema
 * @param serviceUrl the services' DATABASE_URL
 */
export async function grantServiceRights(adminUrl: string, serviceUrl: string): Promise<void> {
  const { username, password } = new URL(serviceUrl);
  const user = decodeURIComponent(username);
  const admin = new pg.Client({ connectionString: adminUrl, application_name: 'ampel-migrate', connectionTimeoutMillis: 10_000 });
  await admin.connect();
  try {
    const { rows } = await admin.query<{ member: boolean }>(
      `SELECT pg_has_role(oid, '${serviceRole}', 'member') AS member FROM pg_roles WHERE rolname = $1`,
      [user],
    );
    if (rows[0]?.member === true) return;
    if (rows[0]?.member === false) {
      await retried(() => admin.query(`GRANT ${serviceRole} TO ${admin.escapeIdentifier(user)}`));
      return;
    }
  } finally {
    await admin.end();
  }
  await ensureServiceLogin(adminUrl, { user, password: decodeURIComponent(password) });
}

/** Advisory locks do not reach into the server's other databases, where tests create the same role: XX000 "tuple concurrently updated". */
async function retried(statement: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await statement();
      return;
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code === '42710' || code === '23505') return;
      if (code !== 'XX000' || attempt === 5) throw error;
    }
  }
}
