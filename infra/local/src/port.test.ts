import net from 'node:net';
import { expect, test } from 'vitest';
import { choosePort, parsePort, portHolder } from './port.ts';

test('parsePort() takes a port, and nothing for an unset or empty variable', () => {
  expect(parsePort('X', '9092')).toBe(9092);
  expect(parsePort('X', undefined)).toBeUndefined();
  expect(parsePort('X', '')).toBeUndefined();
});

test.each(['0', '65536', '-1', '9092x', ' 9092', '1e3', 'kafka'])(
  'parsePort() refuses %j, naming the variable, as a usage error',
  (value) => {
    expect(() => parsePort('MILLRACE_KAFKA_PORT', value)).toThrow(
      expect.objectContaining({
        message: `MILLRACE_KAFKA_PORT must be a port from 1 to 65535, not ${JSON.stringify(value)}`,
        exitCode: 2,
      }),
    );
  },
);

test('choosePort() names the process that holds a fixed port, and passes by a last one that is busy', async () => {
  const server = net.createServer();
  const busy = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(address && typeof address === 'object' ? address.port : 0);
    });
  });
  expect(portHolder(busy)?.pid).toBe(process.pid);
  const wish = { variable: 'MILLRACE_KAFKA_PORT', last: busy };
  await expect(choosePort({ ...wish, fixed: busy })).rejects.toThrow(
    new RegExp(
      `^port ${busy} is used by pid ${process.pid} \\(.+\\)\\. Stop it or set MILLRACE_KAFKA_PORT$`,
    ),
  );
  const free = await choosePort({ ...wish, fixed: undefined });
  expect(free).not.toBe(busy);
  expect(await choosePort({ ...wish, fixed: undefined, last: free })).toBe(free);
  await new Promise((resolve) => server.close(resolve));
  expect(await choosePort({ ...wish, fixed: busy })).toBe(busy);
});
