// What programs do that are built on client-go: controllers, operators, and
// most command lines. It is told a kubeconfig, runs the checks that are named,
// and prints one line of JSON for each.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// How long one check may take.
const within = 60 * time.Second

// What a check is given.
type given struct {
	config    *rest.Config
	client    *kubernetes.Clientset
	dynamic   *dynamic.DynamicClient
	namespace string
	// A pod that runs, for streams.
	pod string
	// Of what came back over the wire.
	wire *wire
	dir  string
}

// What it found out, as the line shows it.
type found map[string]any

var checks = map[string]func(context.Context, *given) (found, error){
	"discovery":       checkDiscovery,
	"protobuf":        checkProtobuf,
	"cbor":            checkCbor,
	"pages":           checkPages,
	"informer":        checkInformer,
	"watch-list":      checkWatchList,
	"watch-ends":      checkWatchEnds,
	"apply":           checkApply,
	"dynamic":         checkDynamic,
	"subresources":    checkSubresources,
	"leader-election": checkLeaderElection,
	"errors":          checkErrors,
	"warnings":        checkWarnings,
	"connections":     checkConnections,
	"many-watches":    checkManyWatches,
	"exec-websocket":  checkExecWebSocket,
	"exec-spdy":       checkExecSpdy,
	"exit-code":       checkExitCode,
	"port-forward":    checkPortForward,
	"logs":            checkLogs,
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of the kubeconfig")
	kubeContext := flag.String("context", "", "its context")
	namespace := flag.String("namespace", "", "namespace to work in")
	pod := flag.String("pod", "", "a pod of it that runs, for streams")
	dir := flag.String("dir", os.TempDir(), "folder for caches")
	list := flag.Bool("list", false, "print the names of all checks")
	flag.Parse()
	if *list {
		for _, name := range slices.Sorted(maps.Keys(checks)) {
			fmt.Println(name)
		}
		return
	}
	failed := false
	for _, name := range flag.Args() {
		started := time.Now()
		result, err := run(name, *kubeconfig, *kubeContext, *namespace, *pod, *dir)
		line := map[string]any{"check": name, "ms": time.Since(started).Milliseconds()}
		maps.Copy(line, result)
		if err != nil {
			failed = true
			line["error"] = err.Error()
		}
		_ = json.NewEncoder(os.Stdout).Encode(line)
	}
	if failed {
		os.Exit(1)
	}
}

func run(name, kubeconfig, kubeContext, namespace, pod, dir string) (found, error) {
	check, known := checks[name]
	if !known {
		return nil, errors.New("there is no such check")
	}
	rules := &clientcmd.ClientConfigLoadingRules{ExplicitPath: kubeconfig}
	overrides := &clientcmd.ConfigOverrides{CurrentContext: kubeContext}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides).ClientConfig()
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	config.UserAgent = "moorage-check/" + name
	seen := &wire{}
	config.Wrap(seen.wrap)
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	any, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	return check(ctx, &given{config, client, any, namespace, pod, seen, dir})
}

// Names that no other check uses.
func named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Labels: map[string]string{"moorage-check": name}}
}

func labelled(name string) metav1.ListOptions {
	return metav1.ListOptions{LabelSelector: "moorage-check=" + name}
}
