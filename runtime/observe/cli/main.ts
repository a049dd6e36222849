#!/usr/bin/env node
import { runCommand } from './commands.js';

// The command `troupe`.
const { stdout } = process;
const end = new AbortController();
process.once('SIGINT', () => end.abort());
process.once('SIGTERM', () => end.abort());
const terminal = {
  isTty: stdout.isTTY === true,
  get width() {
    return stdout.columns ?? 200;
  },
  get height() {
    return stdout.rows ?? 50;
  },
  write: (text: string) => void stdout.write(text),
};
process.exitCode = await runCommand(process.argv.slice(2), terminal, end.signal);
