import type { AnyProcedure } from '@orpc/server'
import { explain } from './access/explain.ts'
import { whoCan } from './access/who-can.ts'
import { changePassword } from './account/change-password.ts'
import { get as getAccount } from './account/get.ts'
import { settings } from './agents/settings.ts'
import { upgrade } from './agents/upgrade.ts'
import { head as auditHead } from './audit/head.ts'
import { list as listAudit } from './audit/list.ts'
import { verify as verifyAudit } from './audit/verify.ts'
import { get as getBody } from './audit-bodies/get.ts'
import { policy as bodyPolicy, setPolicy as setBodyPolicy } from './audit-bodies/policy.ts'
import { deleteForward } from './audit-forwards/delete.ts'
import { list as listForwards } from './audit-forwards/list.ts'
import { put as putForward } from './audit-forwards/put.ts'
import { test as testForward } from './audit-forwards/test.ts'
import { update as updateForward } from './audit-forwards/update.ts'
import { deleteBinding } from './bindings/delete.ts'
import { list as listBindings } from './bindings/list.ts'
import { put as putBinding } from './bindings/put.ts'
import { capabilities } from './clusters/capabilities.ts'
import { connect } from './clusters/connect.ts'
import { connectionEvents } from './clusters/connection-events.ts'
import { deleteOne } from './clusters/delete.ts'
import { disconnect } from './clusters/disconnect.ts'
import { get } from './clusters/get.ts'
import { importOne } from './clusters/import.ts'
import { importSteps } from './clusters/import-steps.ts'
import { list as listClusters } from './clusters/list.ts'
import { migrate } from './clusters/migrate.ts'
import { previewDisconnect } from './clusters/preview-disconnect.ts'
import { previewImport } from './clusters/preview-import.ts'
import { prove } from './clusters/prove.ts'
import { reconnectByAgent } from './clusters/reconnect-by-agent.ts'
import { renewImport } from './clusters/renew-import.ts'
import { replaceKubeconfig } from './clusters/replace-kubeconfig.ts'
import { sync } from './clusters/sync.ts'
import { update } from './clusters/update.ts'
import { deleteGroup } from './groups/delete.ts'
import { list as listGroups } from './groups/list.ts'
import { put as putGroup } from './groups/put.ts'
import { changes } from './hub/changes.ts'
import { info } from './hub/info.ts'
import { receipts } from './hub/receipts.ts'
import { rotateCa } from './hub/rotate-ca.ts'
import { whoami } from './hub/whoami.ts'
import { events } from './inventory/events.ts'
import { metrics } from './inventory/metrics.ts'
import { nodes } from './inventory/nodes.ts'
import { objects } from './inventory/objects.ts'
import { search } from './inventory/search.ts'
import { workloads } from './inventory/workloads.ts'
import { deleteIssuer } from './issuers/delete.ts'
import { list as listIssuers } from './issuers/list.ts'
import { put as putIssuer } from './issuers/put.ts'
import { list as listLimits } from './limits/list.ts'
import { put as putLimits } from './limits/put.ts'
import { addCluster } from './projects/add-cluster.ts'
import { deleteProject } from './projects/delete.ts'
import { list as listProjects } from './projects/list.ts'
import { previewRemoval } from './projects/preview-removal.ts'
import { put as putProject } from './projects/put.ts'
import { removeCluster } from './projects/remove-cluster.ts'
import { deleteRecording } from './recordings/delete.ts'
import { get as getRecording } from './recordings/get.ts'
import { list as listRecordings } from './recordings/list.ts'
import { policy as recordingPolicy, setPolicy as setRecordingPolicy } from './recordings/policy.ts'
import { approve as approveRequest } from './role-requests/approve.ts'
import { ask as askForRole } from './role-requests/ask.ts'
import { deny as denyRequest } from './role-requests/deny.ts'
import { list as listRoleRequests } from './role-requests/list.ts'
import { withdraw as withdrawRequest } from './role-requests/withdraw.ts'
import { deleteRole } from './roles/delete.ts'
import { list as listRoles } from './roles/list.ts'
import { put as putRole } from './roles/put.ts'
import { deleteServiceAccount } from './service-accounts/delete.ts'
import { list as listServiceAccounts } from './service-accounts/list.ts'
import { put as putServiceAccount } from './service-accounts/put.ts'
import { create as createSession } from './sessions/create.ts'
import { end as endSession } from './sessions/end.ts'
import { endOne as endOneSession } from './sessions/end-one.ts'
import { list as listSessions } from './sessions/list.ts'
import { password } from './sessions/password.ts'
import { decideDevice, device, findDevice, pollDevice } from './sign-in/device.ts'
import { exchange } from './sign-in/exchange.ts'
import { lend } from './sign-in/lend.ts'
import { ways } from './sign-in/ways.ts'
import { kubectl as kubectlTerminal } from './terminals/kubectl.ts'
import { pod as podTerminal } from './terminals/pod.ts'
import { create as createToken } from './tokens/create.ts'
import { list as listTokens } from './tokens/list.ts'
import { revoke as revokeToken } from './tokens/revoke.ts'
import { create as createUser } from './users/create.ts'
import { deleteUser } from './users/delete.ts'
import { disable as disableUser } from './users/disable.ts'
import { enable as enableUser } from './users/enable.ts'
import { get as getUser } from './users/get.ts'
import { list as listUsers } from './users/list.ts'
import { put as putUser } from './users/put.ts'
import { resetPassword } from './users/reset-password.ts'
import { revoke as revokeUser } from './users/revoke.ts'

/** Every operation by its route's name. A test fails when a route of the contract is missing. */
export const operations: Readonly<Record<string, AnyProcedure>> = {
  'clusters.list': listClusters,
  'clusters.connect': connect,
  'clusters.get': get,
  'clusters.update': update,
  'clusters.replaceKubeconfig': replaceKubeconfig,
  'clusters.previewDisconnect': previewDisconnect,
  'clusters.disconnect': disconnect,
  'clusters.delete': deleteOne,
  'clusters.capabilities': capabilities,
  'clusters.import': importOne,
  'clusters.previewImport': previewImport,
  'clusters.renewImport': renewImport,
  'clusters.importSteps': importSteps,
  'clusters.migrate': migrate,
  'clusters.reconnectByAgent': reconnectByAgent,
  'clusters.connectionEvents': connectionEvents,
  'clusters.prove': prove,
  'clusters.sync': sync,
  'agents.settings': settings,
  'agents.upgrade': upgrade,
  'inventory.nodes': nodes,
  'inventory.workloads': workloads,
  'inventory.objects': objects,
  'inventory.events': events,
  'inventory.metrics': metrics,
  'inventory.search': search,
  'hub.info': info,
  'hub.rotateCa': rotateCa,
  'hub.whoami': whoami,
  'hub.changes': changes,
  'hub.receipts': receipts,
  'projects.list': listProjects,
  'projects.put': putProject,
  'projects.delete': deleteProject,
  'projects.addCluster': addCluster,
  'projects.removeCluster': removeCluster,
  'projects.previewRemoval': previewRemoval,
  'roles.list': listRoles,
  'roles.put': putRole,
  'roles.delete': deleteRole,
  'bindings.list': listBindings,
  'bindings.put': putBinding,
  'bindings.delete': deleteBinding,
  'groups.list': listGroups,
  'groups.put': putGroup,
  'groups.delete': deleteGroup,
  'access.explain': explain,
  'access.whoCan': whoCan,
  'limits.list': listLimits,
  'limits.put': putLimits,
  'roleRequests.list': listRoleRequests,
  'roleRequests.ask': askForRole,
  'roleRequests.approve': approveRequest,
  'roleRequests.deny': denyRequest,
  'roleRequests.withdraw': withdrawRequest,
  'tokens.list': listTokens,
  'tokens.create': createToken,
  'tokens.revoke': revokeToken,
  'audit.list': listAudit,
  'audit.head': auditHead,
  'audit.verify': verifyAudit,
  'auditForwards.list': listForwards,
  'auditForwards.put': putForward,
  'auditForwards.update': updateForward,
  'auditForwards.delete': deleteForward,
  'auditForwards.test': testForward,
  'auditBodies.get': getBody,
  'auditBodies.policy': bodyPolicy,
  'auditBodies.setPolicy': setBodyPolicy,
  'recordings.list': listRecordings,
  'recordings.get': getRecording,
  'recordings.delete': deleteRecording,
  'recordings.policy': recordingPolicy,
  'recordings.setPolicy': setRecordingPolicy,
  'terminals.pod': podTerminal,
  'terminals.kubectl': kubectlTerminal,
  'sessions.create': createSession,
  'sessions.password': password,
  'sessions.list': listSessions,
  'sessions.endOne': endOneSession,
  'sessions.end': endSession,
  'signIn.ways': ways,
  'signIn.lend': lend,
  'signIn.exchange': exchange,
  'signIn.device': device,
  'signIn.findDevice': findDevice,
  'signIn.decideDevice': decideDevice,
  'signIn.pollDevice': pollDevice,
  'account.get': getAccount,
  'account.changePassword': changePassword,
  'users.list': listUsers,
  'users.get': getUser,
  'users.create': createUser,
  'users.put': putUser,
  'users.disable': disableUser,
  'users.enable': enableUser,
  'users.resetPassword': resetPassword,
  'users.delete': deleteUser,
  'users.revoke': revokeUser,
  'serviceAccounts.list': listServiceAccounts,
  'serviceAccounts.put': putServiceAccount,
  'serviceAccounts.delete': deleteServiceAccount,
  'issuers.list': listIssuers,
  'issuers.put': putIssuer,
  'issuers.delete': deleteIssuer,
}
