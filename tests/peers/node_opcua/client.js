// An OPC UA client on node-opcua: it looks at a server as a stranger would, and tells what it saw.
//
//     node client.js '{"endpoint": "opc.tcp://…", "pki": "DIR", "watch_ms": 2000}'
//
// It finds every variable under Objects that is not OPC UA's own, reads it, watches all of them
// for `watch_ms`, and tries to write each its own value and to call each method. Standard output
// has one JSON object a line:
//
//     {"namespaces": [URI, …]}
//     {"variable": ID, "path": "/Objects/2:Line/2:flow"}      {"method": ID, "object": ID}
//     {"read": ID, "value": …, "status": NAME, "source": ISO | null, "server": ISO | null}
//     {"change": ID, …}          as for a read, while it watched
//     {"write": ID, "status": NAME}      {"call": ID, "status": NAME}
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import {
  AttributeIds,
  ClientMonitoredItemGroup,
  ClientSubscription,
  OPCUAClient,
  TimestampsToReturn,
} from "node-opcua-client";
import { BrowseDirection, NodeClass } from "node-opcua-data-model";
import { resolveNodeId } from "node-opcua-nodeid";

const OBJECTS = "i=85";
const HIERARCHY = "i=33";

console.log = console.error; // node-opcua chats there, and standard output is ours

const options = JSON.parse(process.argv[2]);
const tell = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);

async function children(session, nodeId) {
  const found = [];
  let result = await session.browse({
    nodeId,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId: resolveNodeId(HIERARCHY),
    includeSubtypes: true,
    resultMask: 63,
  });
  found.push(...(result.references ?? []));
  while (result.continuationPoint?.length) {
    result = await session.browseNext(result.continuationPoint, false);
    found.push(...(result.references ?? []));
  }
  return found;
}

async function explore(session, parent, path, found) {
  for (const reference of await children(session, parent)) {
    const id = reference.nodeId.toString();
    const name = reference.browseName;
    const where = `${path}/${name.namespaceIndex}:${name.name}`;
    if (reference.nodeId.namespace === 0 || found.seen.has(id)) continue;
    found.seen.add(id);
    if (reference.nodeClass === NodeClass.Variable) found.variables.push({ id, path: where });
    if (reference.nodeClass === NodeClass.Method) found.methods.push({ id, object: parent });
    if (reference.nodeClass === NodeClass.Object) await explore(session, id, where, found);
  }
}

function told(dataValue) {
  return {
    value: dataValue.value?.value ?? null,
    status: dataValue.statusCode.name,
    source: dataValue.sourceTimestamp?.toISOString() ?? null,
    server: dataValue.serverTimestamp?.toISOString() ?? null,
  };
}

async function readAll(session, ids) {
  const requests = ids.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value }));
  const dataValues = await session.read(requests, 0);
  ids.forEach((id, place) => tell({ read: id, ...told(dataValues[place]) }));
  return dataValues;
}

async function watchAll(session, ids) {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 100,
    requestedLifetimeCount: 100,
    requestedMaxKeepAliveCount: 10,
    publishingEnabled: true,
  });
  const items = ids.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value }));
  const sampling = { samplingInterval: 100, queueSize: 10, discardOldest: true };
  const group = ClientMonitoredItemGroup.create(
    subscription, items, sampling, TimestampsToReturn.Both,
  );
  group.on("changed", (_item, dataValue, place) => {
    tell({ change: ids[place], ...told(dataValue) });
  });
  await new Promise((resolve) => setTimeout(resolve, options.watch_ms));
  await subscription.terminate();
}

async function writeAll(session, ids, dataValues) {
  const nodes = ids.map((nodeId, place) => ({
    nodeId,
    attributeId: AttributeIds.Value,
    value: { value: dataValues[place].value },
  }));
  const statuses = await session.write(nodes);
  ids.forEach((id, place) => tell({ write: id, status: statuses[place].name }));
}

async function callAll(session, methods) {
  for (const { id, object } of methods) {
    const result = await session.call({ objectId: object, methodId: id, inputArguments: [] });
    tell({ call: id, status: result.statusCode.name });
  }
}

const client = OPCUAClient.create({
  applicationName: "stranger",
  endpointMustExist: false,
  connectionStrategy: { maxRetry: 0 },
  clientCertificateManager: new OPCUACertificateManager({ rootFolder: options.pki }),
});
await client.connect(options.endpoint);
const session = await client.createSession();
tell({ namespaces: await session.readNamespaceArray() });
const found = { variables: [], methods: [], seen: new Set() };
await explore(session, OBJECTS, "/Objects", found);
const ids = found.variables.map(({ id }) => id);
for (const { id, path } of found.variables) tell({ variable: id, path });
for (const { id, object } of found.methods) tell({ method: id, object });
const dataValues = await readAll(session, ids);
await watchAll(session, ids);
await writeAll(session, ids, dataValues);
await callAll(session, found.methods);
await session.close();
await client.disconnect();
process.exit(0);
