package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/discovery/cached/disk"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/pager"
)

var configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}

// What there is, in two requests, kept on disk, and asked again by its ETag.
func checkDiscovery(_ context.Context, g *given) (found, error) {
	cached, err := disk.NewCachedDiscoveryClientForConfig(g.config, filepath.Join(g.dir, "discovery"), filepath.Join(g.dir, "http"), time.Hour)
	if err != nil {
		return nil, err
	}
	_, first, err := cached.ServerGroupsAndResources()
	if err != nil {
		return nil, err
	}
	g.wire.mutex.Lock()
	asked, aggregated := len(g.wire.statuses), slices.ContainsFunc(g.wire.contentTypes, func(kind string) bool {
		return strings.Contains(kind, "as=APIGroupDiscoveryList")
	})
	g.wire.mutex.Unlock()
	cached.Invalidate()
	_, again, err := cached.ServerGroupsAndResources()
	if err != nil {
		return nil, err
	}
	g.wire.mutex.Lock()
	unchanged := slices.Contains(g.wire.statuses[asked:], 304)
	g.wire.mutex.Unlock()
	if len(first) != len(again) {
		return nil, fmt.Errorf("%d groups, then %d", len(first), len(again))
	}
	version, err := cached.ServerVersion()
	if err != nil {
		return nil, err
	}
	paths, err := cached.OpenAPIV3().Paths()
	if err != nil {
		return nil, err
	}
	if _, err := paths["apis/apps/v1"].Schema("application/com.github.proto-openapi.spec.v3@v1.0+protobuf"); err != nil {
		return nil, err
	}
	return found{"groups": len(first), "requests": asked, "aggregated": aggregated, "unchanged": unchanged, "version": version.GitVersion}, nil
}

func checkProtobuf(ctx context.Context, g *given) (found, error) {
	config := rest.CopyConfig(g.config)
	config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	of := client.CoreV1().ConfigMaps(g.namespace)
	made, err := of.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("protobuf"), BinaryData: map[string][]byte{"a": {0, 255, 10, 13}}}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	list, err := of.List(ctx, labelled("protobuf"))
	if err != nil {
		return nil, err
	}
	kind := g.wire.contentType()
	if len(list.Items) != 1 || !slices.Equal(list.Items[0].BinaryData["a"], made.BinaryData["a"]) {
		return nil, errors.New("what was listed is not what was made")
	}
	changes, err := of.Watch(ctx, labelled("protobuf"))
	if err != nil {
		return nil, err
	}
	defer changes.Stop()
	if event := <-changes.ResultChan(); event.Type != watch.Added {
		return nil, fmt.Errorf("the watch began with %s", event.Type)
	}
	return found{"list": kind, "watch": g.wire.contentType()}, of.Delete(ctx, "protobuf", metav1.DeleteOptions{})
}

// What has no types of its own is said in JSON by client-go, until its features, which the environment turns on, have it say CBOR.
func checkCbor(ctx context.Context, g *given) (found, error) {
	of := g.dynamic.Resource(configMaps).Namespace(g.namespace)
	stream, err := of.Watch(ctx, labelled("cbor"))
	if err != nil {
		return nil, err
	}
	defer stream.Stop()
	watched := g.wire.contentType()
	meta := map[string]any{"name": "cbor", "labels": map[string]any{"moorage-check": "cbor"}}
	settings := func(data map[string]any) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}}
	}
	if _, err := of.Create(ctx, settings(map[string]any{"a": "first\r\nsecond\x00"}), metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	created := g.wire.contentType()
	event := <-stream.ResultChan()
	if event.Type != watch.Added {
		return nil, fmt.Errorf("the watch told %v of %v", event.Type, event.Object)
	}
	first, _, _ := unstructured.NestedString(event.Object.(*unstructured.Unstructured).Object, "data", "a")
	if _, err := of.Apply(ctx, "cbor", settings(map[string]any{"b": "applied"}), metav1.ApplyOptions{FieldManager: "cbor", Force: true}); err != nil {
		return nil, err
	}
	applied := g.wire.contentType()
	list, err := of.List(ctx, labelled("cbor"))
	if err != nil {
		return nil, err
	}
	listed := g.wire.contentType()
	if len(list.Items) != 1 {
		return nil, fmt.Errorf("%d were listed", len(list.Items))
	}
	data, _, _ := unstructured.NestedStringMap(list.Items[0].Object, "data")
	_, err = of.Get(ctx, "none", metav1.GetOptions{})
	types := []string{watched, created, applied, listed, g.wire.contentType()}
	same := first == "first\r\nsecond\x00" && data["a"] == first && data["b"] == "applied"
	return found{"types": types, "sent": g.wire.sentTypes(), "same": same, "missing": apierrors.IsNotFound(err)}, of.Delete(ctx, "cbor", metav1.DeleteOptions{})
}

func checkPages(ctx context.Context, g *given) (found, error) {
	of := g.client.CoreV1().ConfigMaps(g.namespace)
	for index := range 10 {
		meta := named(fmt.Sprintf("page-%d", index))
		meta.Labels["moorage-check"] = "pages"
		if _, err := of.Create(ctx, &corev1.ConfigMap{ObjectMeta: meta}, metav1.CreateOptions{}); err != nil {
			return nil, err
		}
	}
	pages := 0
	inPages := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		pages++
		return of.List(ctx, options)
	})
	inPages.PageSize = 3
	names := []string{}
	err := inPages.EachListItem(ctx, labelled("pages"), func(object runtime.Object) error {
		names = append(names, object.(*corev1.ConfigMap).Name)
		return nil
	})
	if err != nil {
		return nil, err
	}
	some, err := metadata.NewForConfig(g.config)
	if err != nil {
		return nil, err
	}
	partial, err := some.Resource(configMaps).Namespace(g.namespace).List(ctx, labelled("pages"))
	if err != nil {
		return nil, err
	}
	return found{"pages": pages, "names": len(names), "partial": len(partial.Items)}, of.DeleteCollection(ctx, metav1.DeleteOptions{}, labelled("pages"))
}

// A shared informer: lists or streams what there is, and follows it.
func checkInformer(ctx context.Context, g *given) (found, error) {
	of := g.client.CoreV1().ConfigMaps(g.namespace)
	if _, err := of.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("informer")}, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	events := make(chan string, 100)
	factory := informers.NewSharedInformerFactoryWithOptions(g.client, 0, informers.WithNamespace(g.namespace),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = "moorage-check=informer" }))
	informer := factory.Core().V1().ConfigMaps().Informer()
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { events <- "add" },
		UpdateFunc: func(_, _ any) { events <- "update" },
		DeleteFunc: func(any) { events <- "delete" },
	})
	if err != nil {
		return nil, err
	}
	ending, cancel := context.WithCancel(ctx)
	defer cancel()
	factory.Start(ending.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return nil, errors.New("the informer did not become complete")
	}
	seen := []string{<-events}
	if _, err := of.Patch(ctx, "informer", types.MergePatchType, []byte(`{"data":{"a":"b"}}`), metav1.PatchOptions{}); err != nil {
		return nil, err
	}
	if err := of.Delete(ctx, "informer", metav1.DeleteOptions{}); err != nil {
		return nil, err
	}
	for len(seen) < 3 {
		select {
		case event := <-events:
			seen = append(seen, event)
		case <-ctx.Done():
			return nil, fmt.Errorf("only %v came", seen)
		}
	}
	return found{"seen": seen}, nil
}

// A list as a stream: what there is, then a bookmark that says that this was all.
func checkWatchList(ctx context.Context, g *given) (found, error) {
	of := g.client.CoreV1().ConfigMaps(g.namespace)
	if _, err := of.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("watch-list")}, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	options := labelled("watch-list")
	yes := true
	options.SendInitialEvents, options.AllowWatchBookmarks = &yes, true
	options.ResourceVersionMatch = metav1.ResourceVersionMatchNotOlderThan
	stream, err := of.Watch(ctx, options)
	if err != nil {
		return nil, err
	}
	defer stream.Stop()
	types := []string{}
	for event := range stream.ResultChan() {
		types = append(types, string(event.Type))
		if event.Type != watch.Bookmark {
			continue
		}
		end := event.Object.(*corev1.ConfigMap).Annotations[metav1.InitialEventsAnnotationKey]
		return found{"types": types, "end": end}, of.Delete(ctx, "watch-list", metav1.DeleteOptions{})
	}
	return nil, fmt.Errorf("the stream ended after %v", types)
}

// A watch that is to last a second ends by itself, whole.
func checkWatchEnds(ctx context.Context, g *given) (found, error) {
	second := int64(1)
	stream, err := g.client.CoreV1().ConfigMaps(g.namespace).Watch(ctx, metav1.ListOptions{TimeoutSeconds: &second})
	if err != nil {
		return nil, err
	}
	started := time.Now()
	for event := range stream.ResultChan() {
		if event.Type == watch.Error {
			return nil, apierrors.FromObject(event.Object)
		}
	}
	return found{"lasted": time.Since(started).Seconds() >= 0.5}, nil
}

// As controllers that share nothing: each has its own connections.
func checkManyWatches(ctx context.Context, g *given) (found, error) {
	const watches = 150
	var opened, told atomic.Int32
	var all sync.WaitGroup
	failures := make(chan error, watches)
	ready := make(chan struct{})
	for range watches {
		all.Go(func() {
			stream, err := g.client.CoreV1().ConfigMaps(g.namespace).Watch(ctx, labelled("many-watches"))
			if err != nil {
				failures <- err
				return
			}
			defer stream.Stop()
			if opened.Add(1) == watches {
				close(ready)
			}
			for event := range stream.ResultChan() {
				if event.Type == watch.Added {
					told.Add(1)
					return
				}
			}
			failures <- errors.New("a watch ended before it told anything")
		})
	}
	select {
	case <-ready:
	case err := <-failures:
		return nil, err
	case <-ctx.Done():
		return found{"opened": opened.Load()}, ctx.Err()
	}
	of := g.client.CoreV1().ConfigMaps(g.namespace)
	if _, err := of.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("many-watches")}, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	all.Wait()
	close(failures)
	if err := <-failures; err != nil {
		return nil, err
	}
	return found{"watches": watches, "told": told.Load()}, of.Delete(ctx, "many-watches", metav1.DeleteOptions{})
}

// Requests one after the other go over one connection, in HTTP/1.1 or HTTP/2 as was agreed on.
func checkConnections(ctx context.Context, g *given) (found, error) {
	for range 20 {
		if _, err := g.client.CoreV1().ConfigMaps(g.namespace).List(ctx, metav1.ListOptions{Limit: 1}); err != nil {
			return nil, err
		}
	}
	g.wire.mutex.Lock()
	defer g.wire.mutex.Unlock()
	return found{"dialled": g.wire.dialled, "reused": g.wire.reused, "protocols": slices.Compact(slices.Clone(g.wire.protocols))}, nil
}
