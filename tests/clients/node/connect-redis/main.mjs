// SPDX-License-Identifier: Apache-2.0
//
// People who use a web application that keeps its sessions by connect-redis (app.mjs, two processes of it), and a look into the store.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';
import { connection, eventually, run, seen } from '../checks.mjs';

const PEOPLE = 100;
const VISITS = 5;

async function startApplication() {
  const child = fork(new URL('app.mjs', import.meta.url));
  child.on('exit', (status) => {
    if (status === 1) throw new Error('the application ended');
  });
  const [{ port }] = await once(child, 'message');
  return { child, url: `http://127.0.0.1:${port}` };
}

/** Somebody with a browser: keeps the cookie. */
class Person {
  constructor(name) {
    this.name = name;
  }

  async ask(application, method, path) {
    const response = await fetch(application.url + path, { method, headers: this.cookie ? { cookie: this.cookie } : {} });
    const [given] = response.headers.getSetCookie();
    this.cookie = given ? given.split(';')[0] : this.cookie;
    return { status: response.status, ...(await response.json()) };
  }

  /** The session's name in the store. */
  get id() {
    return decodeURIComponent(this.cookie).match(/s:([^.]+)\./)[1];
  }
}

await run(async () => {
  const client = await createClient({ socket: connection }).connect();
  const store = new RedisStore({ client });
  const [one, other] = await Promise.all([startApplication(), startApplication()]);
  const people = Array.from({ length: PEOPLE }, (_, number) => new Person(`person-${number}`));

  seen('nobody is logged in', (await people[0].ask(one, 'GET', '/')).status, 401);
  seen('and nothing was stored for that', await store.length(), 0);
  await Promise.all(people.map((person) => person.ask(one, 'POST', `/login/${person.name}`)));
  seen('everybody has a session', await store.length(), PEOPLE);
  for (let visit = 1; visit <= VISITS; visit++) {
    const answers = await Promise.all(people.map((person) => person.ask(visit % 2 ? other : one, 'GET', '/')));
    seen(`visit ${visit}: both processes know everybody`, answers, people.map((person) => ({ status: 200, user: person.name, visits: visit })));
  }
  seen('the store lists them', (await store.ids()).sort(), people.map((person) => person.id).sort());
  seen('and their sessions', (await store.all()).map((session) => session.visits), people.map(() => VISITS));

  // Deadlines: each visit sets it anew; one that passed ends the session.
  const [first, second, third] = people;
  seen('a session has a deadline', (await client.ttl(`sess:${first.id}`)) > 500, true);
  await client.expire(`sess:${first.id}`, 100);
  await first.ask(one, 'GET', '/');
  seen('a visit sets it anew', (await client.ttl(`sess:${first.id}`)) > 500, true);
  const old = second.id;
  await second.ask(one, 'POST', '/login/again');
  seen('a login makes a new session and ends the old one', [second.id === old, await store.get(old)], [false, null]);
  await second.ask(one, 'POST', '/short/1000');
  await eventually('the session ends at its deadline', async () => (await store.get(second.id)) === null);
  seen('who comes after it is not known', (await second.ask(other, 'GET', '/')).status, 401);
  await third.ask(one, 'POST', '/logout');
  seen('who logged out is not known either', (await third.ask(other, 'GET', '/')).status, 401);

  // An application that is started anew has lost nothing.
  one.child.kill('SIGKILL');
  await once(one.child, 'exit');
  const anew = await startApplication();
  seen('sessions outlive the application', await first.ask(anew, 'GET', '/'), { status: 200, user: first.name, visits: VISITS + 2 });
  seen('all but two are there', await store.length(), PEOPLE - 2);
  await store.clear();
  seen('all can be ended at once', [await store.length(), (await first.ask(other, 'GET', '/')).status], [0, 401]);
});
