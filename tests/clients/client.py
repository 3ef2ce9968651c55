"""What scripts do with the Python client: FILE NAMESPACE POD; prints what it found out as JSON."""

import json
import sys

from kubernetes import client, config, dynamic, watch
from kubernetes.client.rest import ApiException
from kubernetes.stream import stream

kubeconfig, namespace, pod = sys.argv[1:]
config.load_kube_config(config_file=kubeconfig)
core = client.CoreV1Api()
found = {}

core.create_namespaced_config_map(namespace, {"metadata": {"name": "python"}, "data": {"a": "1"}})
listed = core.list_namespaced_config_map(namespace, limit=500)
found["listed"] = "python" in [each.metadata.name for each in listed.items]

watching = watch.Watch()
events = []
changes = watching.stream(
    core.list_namespaced_config_map, namespace, field_selector="metadata.name=python", timeout_seconds=60
)
for event in changes:
    events.append(event["type"])
    if event["type"] == "ADDED":
        patched = core.patch_namespaced_config_map("python", namespace, {"data": {"a": "2"}})
        found["patched"] = patched.data["a"]
    if event["type"] == "MODIFIED":
        core.delete_namespaced_config_map("python", namespace)
    if event["type"] == "DELETED":
        watching.stop()
found["events"] = events

of = dynamic.DynamicClient(client.ApiClient()).resources.get(api_version="v1", kind="ConfigMap")
wanted = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "python-dynamic"}, "data": {"a": "3"}}
found["applied"] = of.server_side_apply(namespace=namespace, body=wanted, field_manager="python").data.a
found["dynamic"] = of.get(name="python-dynamic", namespace=namespace).kind
of.delete(name="python-dynamic", namespace=namespace)

try:
    core.read_namespaced_config_map("none", namespace)
except ApiException as error:
    found["missing"] = error.status

command = ["sh", "-c", "read line; echo $line"]
session = stream(
    core.connect_get_namespaced_pod_exec, pod, namespace, command=command, stdin=True, stdout=True, stderr=True,
    tty=False, _preload_content=False,
)
session.write_stdin("typed\n")
session.run_forever(timeout=60)
found["exec"] = session.read_stdout()
# Some of its versions give the text as Python writes bytes, so lines can not be told.
found["logs"] = "request 19 answered" in core.read_namespaced_pod_log(pod, namespace)

print(json.dumps(found))
