package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/transport/spdy"
	"k8s.io/client-go/util/exec"
)

// Bytes that are sent through each stream and come back.
const echoed = 1 << 20

func execURL(g *given, command ...string) *url.URL {
	return g.client.CoreV1().RESTClient().Post().Resource("pods").Namespace(g.namespace).Name(g.pod).SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{Command: command, Stdin: true, Stdout: true, Stderr: true}, scheme.ParameterCodec).URL()
}

// How command lines of today do it: by WebSocket, or by SPDY where that is refused.
func executor(g *given, address *url.URL) (remotecommand.Executor, error) {
	first, err := remotecommand.NewWebSocketExecutor(g.config, http.MethodGet, address.String())
	if err != nil {
		return nil, err
	}
	second, err := remotecommand.NewSPDYExecutor(g.config, http.MethodPost, address)
	if err != nil {
		return nil, err
	}
	return remotecommand.NewFallbackExecutor(first, second, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	})
}

func bySpdy(g *given, address *url.URL) (remotecommand.Executor, error) {
	return remotecommand.NewSPDYExecutor(g.config, http.MethodPost, address)
}

func checkExecWebSocket(ctx context.Context, g *given) (found, error) {
	return checkExec(ctx, g, executor)
}

func checkExecSpdy(ctx context.Context, g *given) (found, error) {
	return checkExec(ctx, g, bySpdy)
}

func checkExec(ctx context.Context, g *given, by func(*given, *url.URL) (remotecommand.Executor, error)) (found, error) {
	text := strings.Repeat("moorage ", echoed/8)
	// It ends by itself: not every kubelet that is played tells a command that its input has ended. And only once it is
	// told that all has come: Kubernetes drops what is still on its way when a command ends, on a busy machine often.
	echo, err := by(g, execURL(g, "sh", "-c", fmt.Sprintf("head -c %d; head -c 1 >/dev/null", echoed)))
	if err != nil {
		return nil, err
	}
	out := &filling{whole: make(chan struct{})}
	var failure bytes.Buffer
	input := io.MultiReader(strings.NewReader(text), &afterwards{ctx: ctx, when: out.whole, reader: strings.NewReader(".")})
	streams := remotecommand.StreamOptions{Stdin: input, Stdout: out, Stderr: &failure}
	if err := echo.StreamWithContext(ctx, streams); err != nil {
		return nil, fmt.Errorf("%w: %s", err, failure.String())
	}
	return found{"same": out.text.String() == text}, nil
}

// What was echoed; says when it is as long as what was sent.
type filling struct {
	text  bytes.Buffer
	whole chan struct{}
}

func (f *filling) Write(some []byte) (int, error) {
	before := f.text.Len()
	count, err := f.text.Write(some)
	if before < echoed && f.text.Len() >= echoed {
		close(f.whole)
	}
	return count, err
}

// Input that comes only after something else has.
type afterwards struct {
	ctx    context.Context
	when   <-chan struct{}
	reader io.Reader
}

func (a *afterwards) Read(into []byte) (int, error) {
	select {
	case <-a.when:
		return a.reader.Read(into)
	case <-a.ctx.Done():
		return 0, a.ctx.Err()
	}
}

// How a command ended, by each of both ways.
func checkExitCode(ctx context.Context, g *given) (found, error) {
	codes := []int{}
	for _, by := range []func(*given, *url.URL) (remotecommand.Executor, error){executor, bySpdy} {
		code, err := exitCode(ctx, g, by)
		if err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return found{"codes": codes}, nil
}

func exitCode(ctx context.Context, g *given, by func(*given, *url.URL) (remotecommand.Executor, error)) (int, error) {
	ends, err := by(g, execURL(g, "sh", "-c", "echo out; echo err >&2; exit 7"))
	if err != nil {
		return 0, err
	}
	var said, wrong bytes.Buffer
	err = ends.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: strings.NewReader(""), Stdout: &said, Stderr: &wrong})
	var ended exec.CodeExitError
	if !errors.As(err, &ended) {
		return 0, fmt.Errorf("it ended with no exit code: %w", err)
	}
	if said.String() != "out\n" || wrong.String() != "err\n" {
		return 0, fmt.Errorf("it said %q and %q", said.String(), wrong.String())
	}
	return ended.Code, nil
}

// Ten conversations at once over one port that is forwarded, by each of both ways.
func checkPortForward(ctx context.Context, g *given) (found, error) {
	address := g.client.CoreV1().RESTClient().Post().Resource("pods").Namespace(g.namespace).Name(g.pod).SubResource("portforward").URL()
	transport, upgrader, err := spdy.RoundTripperFor(g.config)
	if err != nil {
		return nil, err
	}
	overSpdy := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, address)
	byWebSocket, err := portforward.NewSPDYOverWebsocketDialer(address, g.config)
	if err != nil {
		return nil, err
	}
	same := map[string]int{}
	for name, dialer := range map[string]httpstream.Dialer{"spdy": overSpdy, "websocket": byWebSocket} {
		count, err := forwarded(ctx, dialer)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		same[name] = count
	}
	return found{"same": same}, nil
}

func forwarded(ctx context.Context, dialer httpstream.Dialer) (int, error) {
	stop, ready := make(chan struct{}), make(chan struct{})
	forwarder, err := portforward.NewOnAddresses(dialer, []string{"127.0.0.1"}, []string{"0:8080"}, stop, ready, io.Discard, io.Discard)
	if err != nil {
		return 0, err
	}
	over := make(chan error, 1)
	go func() { over <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-over:
		return 0, err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	ports, err := forwarder.GetPorts()
	if err != nil {
		return 0, err
	}
	var all sync.WaitGroup
	var mutex sync.Mutex
	same := 0
	for index := range 10 {
		all.Go(func() {
			if echoes(ports[0].Local, fmt.Sprintf("%d %s\n", index, strings.Repeat("x", 100_000))) == nil {
				mutex.Lock()
				same++
				mutex.Unlock()
			}
		})
	}
	all.Wait()
	close(stop)
	<-over
	return same, nil
}

func echoes(port uint16, text string) error {
	connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	defer connection.Close()
	go func() { _, _ = io.WriteString(connection, text) }()
	back := make([]byte, len(text))
	if _, err := io.ReadFull(connection, back); err != nil {
		return err
	}
	if string(back) != text {
		return errors.New("something else came back")
	}
	return nil
}

func checkLogs(ctx context.Context, g *given) (found, error) {
	stream, err := g.client.CoreV1().Pods(g.namespace).GetLogs(g.pod, &corev1.PodLogOptions{}).Stream(ctx)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	text, err := io.ReadAll(stream)
	return found{"lines": strings.Count(string(text), "\n")}, err
}
