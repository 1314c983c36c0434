// An OPC UA server on node-opcua that misbehaves when told to, for tests of the gateway.
//
//     node server.js '{"port": 4840, "pki": "DIR", "namespaces": ["urn:works:plc"],
//                      "user": "gateway", "password": "…"}'
//
// The variables live in the namespace urn:works:plc, under Objects/Line; `namespaces` says in
// which order the server numbers its own from 2 on. `pki` keeps its certificate, and those of
// whom it trusts.
//
// Standard output has one JSON object a line: {"ready": true} when all is built, {"request": NAME}
// for every service that is asked for, {"channel": MODE} for every secure channel, {"user": NAME}
// for every session that is activated, and {"done": true} or {"wrong": TEXT} for each line of
// input:
//
//     {"listen": true}          open the door
//     {"set": "flow", "value": 1.5, "status": "UncertainLastUsableValue", "stamp": "2026-…Z"}
//     {"drop": "sessions"}      close every session and its subscriptions
//     {"drop": "connections"}   cut every connection
//     {"trust": "FILE.der"}     accept this client's certificate
//
// The end of standard input ends the server.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { MessageSecurityMode, SecurityPolicy } from "node-opcua-secure-channel";
import { OPCUAServer } from "node-opcua-server";
import { StatusCodes } from "node-opcua-status-code";

import { Variables } from "./variables.js";

const PLC = "urn:works:plc";

console.log = console.error; // node-opcua chats there, and standard output is ours

const options = JSON.parse(process.argv[2]);
const tell = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);

function built() {
  const certificates = new OPCUACertificateManager({
    rootFolder: options.pki,
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
  });
  return new OPCUAServer({
    port: options.port,
    host: "127.0.0.1",
    hostname: "127.0.0.1",
    serverInfo: { applicationUri: "urn:works:server" },
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    userManager: {
      isValidUser: (user, password) => user === options.user && password === options.password,
    },
    serverCapabilities: { minSupportedSampleRate: 10 },
  });
}

function furnished(server) {
  const space = server.engine.addressSpace;
  for (const uri of options.namespaces) space.registerNamespace(uri);
  const namespace = space.getNamespace(PLC);
  const objects = space.rootFolder.objects;
  const line = namespace.addFolder(objects, { browseName: "Line", nodeId: "s=Line" });
  const trip = namespace.addMethod(line, { browseName: "Trip", nodeId: "s=Trip" });
  trip.bindMethod(async (_inputs, _context) => ({ statusCode: StatusCodes.Good }));
  return new Variables(namespace, line);
}

function dropped(server, what) {
  if (what === "connections") {
    for (const endpoint of server.endpoints) endpoint.abruptlyInterruptChannels();
    return;
  }
  for (const session of Object.values(server.engine._sessions)) {
    server.engine.closeSession(session.authenticationToken, true, "Terminated");
  }
}

async function trust(server, file) {
  await server.serverCertificateManager.trustCertificate(await readFile(file));
}

async function obey(server, variables, line) {
  const command = JSON.parse(line);
  if ("listen" in command) await server.start();
  else if ("set" in command) variables.set(command.set, command);
  else if ("drop" in command) dropped(server, command.drop);
  else if ("trust" in command) await trust(server, command.trust);
  else throw new Error("no such command");
}

const server = built();
await server.initialize();
const variables = furnished(server);
server.on("request", (request) => tell({ request: request.schema.name }));
server.on("channelSecured", ({ securityMode: mode }) => {
  tell({ channel: MessageSecurityMode[mode] });
});
server.on("session_activated", (_session, identity) => tell({ user: identity.userName ?? "" }));
tell({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  try {
    await obey(server, variables, line);
    tell({ done: true });
  } catch (error) {
    tell({ wrong: error.message });
  }
}
process.exit(0);
