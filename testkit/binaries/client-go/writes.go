package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// Server-side apply, and the conflict of two managers.
func checkApply(ctx context.Context, g *given) (found, error) {
	of := g.client.CoreV1().ConfigMaps(g.namespace)
	wanted := applycorev1.ConfigMap("apply", g.namespace).WithData(map[string]string{"a": "1"})
	if _, err := of.Apply(ctx, wanted, metav1.ApplyOptions{FieldManager: "one"}); err != nil {
		return nil, err
	}
	wanted.WithData(map[string]string{"a": "2"})
	_, err := of.Apply(ctx, wanted, metav1.ApplyOptions{FieldManager: "two"})
	conflict := apierrors.IsConflict(err)
	made, err := of.Apply(ctx, wanted, metav1.ApplyOptions{FieldManager: "two", Force: true})
	if err != nil {
		return nil, err
	}
	return found{"conflict": conflict, "value": made.Data["a"]}, of.Delete(ctx, "apply", metav1.DeleteOptions{})
}

func object(name string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": name},
		"data":     map[string]any{"a": "1"},
	}}
}

func checkDynamic(ctx context.Context, g *given) (found, error) {
	of := g.dynamic.Resource(configMaps).Namespace(g.namespace)
	if _, err := of.Create(ctx, object("dynamic"), metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	patch := []byte(`[{"op":"replace","path":"/data/a","value":"2"}]`)
	if _, err := of.Patch(ctx, "dynamic", types.JSONPatchType, patch, metav1.PatchOptions{}); err != nil {
		return nil, err
	}
	got, err := of.Get(ctx, "dynamic", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	value, _, _ := unstructured.NestedString(got.Object, "data", "a")
	return found{"value": value}, of.Delete(ctx, "dynamic", metav1.DeleteOptions{})
}

// Scale, a path of its own below an object.
func checkSubresources(ctx context.Context, g *given) (found, error) {
	labels := map[string]string{"app": "subresources"}
	zero := int32(0)
	of := g.client.AppsV1().Deployments(g.namespace)
	_, err := of.Create(ctx, &appsv1.Deployment{
		ObjectMeta: named("subresources"),
		Spec: appsv1.DeploymentSpec{
			Replicas: &zero,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "registry.example.org/web:1"}}},
			},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	var replicas int32
	// Its controller writes to it as well.
	for replicas == 0 {
		scale, err := of.GetScale(ctx, "subresources", metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		scale.Spec.Replicas = 1
		scaled, err := of.UpdateScale(ctx, "subresources", scale, metav1.UpdateOptions{})
		if apierrors.IsConflict(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		replicas = scaled.Spec.Replicas
	}
	background := metav1.DeletePropagationBackground
	return found{"replicas": replicas}, of.Delete(ctx, "subresources", metav1.DeleteOptions{PropagationPolicy: &background})
}

// Two candidates: the second leads once the first has let go.
func checkLeaderElection(ctx context.Context, g *given) (found, error) {
	var mutex sync.Mutex
	led := []string{}
	run := func(ctx context.Context, name string, leads func()) {
		lock := &resourcelock.LeaseLock{
			LeaseMeta:  metav1.ObjectMeta{Name: "leader", Namespace: g.namespace},
			Client:     g.client.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		}
		leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
			Lock: lock, ReleaseOnCancel: true, Name: name,
			LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: 200 * time.Millisecond,
			Callbacks: leaderelection.LeaderCallbacks{
				OnStartedLeading: func(context.Context) {
					mutex.Lock()
					led = append(led, name)
					mutex.Unlock()
					leads()
				},
				OnStoppedLeading: func() {},
			},
		})
	}
	first, endFirst := context.WithCancel(ctx)
	second, endSecond := context.WithCancel(ctx)
	defer endFirst()
	defer endSecond()
	firstLeads := make(chan struct{})
	var both sync.WaitGroup
	both.Go(func() { run(first, "one", func() { close(firstLeads) }) })
	select {
	case <-firstLeads:
	case <-ctx.Done():
		return nil, errors.New("nobody leads")
	}
	both.Go(func() { run(second, "two", endSecond) })
	endFirst()
	both.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return found{"led": led}, nil
}

// Failures as programs tell them apart.
func checkErrors(ctx context.Context, g *given) (found, error) {
	of := g.client.CoreV1().ConfigMaps(g.namespace)
	_, missing := of.Get(ctx, "none", metav1.GetOptions{})
	if _, err := of.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("errors")}, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	_, twice := of.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("errors")}, metav1.CreateOptions{})
	stale := &corev1.ConfigMap{ObjectMeta: named("errors")}
	stale.ResourceVersion = "1"
	_, conflict := of.Update(ctx, stale, metav1.UpdateOptions{})
	_, invalid := of.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("Not_A_Name")}, metav1.CreateOptions{})
	forbidding := rest.CopyConfig(g.config)
	forbidding.BearerToken, forbidding.ExecProvider = "none", nil
	client, err := kubernetes.NewForConfig(forbidding)
	if err != nil {
		return nil, err
	}
	_, unauthorized := client.CoreV1().ConfigMaps(g.namespace).List(ctx, metav1.ListOptions{})
	return found{
		"missing":      apierrors.IsNotFound(missing),
		"twice":        apierrors.IsAlreadyExists(twice),
		"conflict":     apierrors.IsConflict(conflict),
		"invalid":      apierrors.IsInvalid(invalid),
		"unauthorized": apierrors.IsUnauthorized(unauthorized),
	}, of.Delete(ctx, "errors", metav1.DeleteOptions{})
}

type warnings struct{ said []string }

func (w *warnings) HandleWarningHeader(code int, _ string, text string) {
	w.said = append(w.said, fmt.Sprintf("%d %s", code, text))
}

func checkWarnings(ctx context.Context, g *given) (found, error) {
	heard := &warnings{}
	config := rest.CopyConfig(g.config)
	config.WarningHandler = heard
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	//lint:ignore SA1019 that it is deprecated is what this is about
	if _, err := client.CoreV1().Endpoints(g.namespace).List(ctx, metav1.ListOptions{}); err != nil {
		return nil, err
	}
	return found{"said": heard.said}, nil
}
