// SPDX-License-Identifier: Apache-2.0
//
// A web application that keeps its sessions by connect-redis, as its documentation says. Prints the port it listens on.
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { createClient } from 'redis';
import { connection } from '../checks.mjs';

const client = createClient({ socket: connection });
client.on('error', (error) => console.error('redis:', error));
await client.connect();

const app = express();
app.use(
  session({ store: new RedisStore({ client }), resave: false, saveUninitialized: false, rolling: true, secret: 'only for tests', cookie: { maxAge: 600_000 } }),
);
app.post('/login/:user', (request, response, next) => {
  // A new session at every login, so that nobody can plant one.
  request.session.regenerate((error) => {
    if (error) {
      next(error);
      return;
    }
    Object.assign(request.session, { user: request.params.user, visits: 0, cart: 'x'.repeat(1000) });
    response.json({ user: request.params.user });
  });
});
app.post('/short/:millis', (request, response) => {
  request.session.cookie.maxAge = Number(request.params.millis);
  response.json({});
});
app.get('/', (request, response) => {
  if (!request.session.user) {
    response.status(401).json({});
    return;
  }
  request.session.visits++;
  response.json({ user: request.session.user, visits: request.session.visits });
});
app.post('/logout', (request, response, next) => request.session.destroy((error) => (error ? next(error) : response.json({}))));
app.use((error, request, response, next) => {
  console.error('application:', error);
  response.status(500).json({});
});

const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit(1));
