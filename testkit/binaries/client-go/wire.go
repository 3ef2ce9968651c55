package main

import (
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync"
)

// What was seen of answers as they came, below client-go.
type wire struct {
	mutex        sync.Mutex
	contentTypes []string
	sent         []string
	protocols    []string
	statuses     []int
	dialled      int
	reused       int
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func (w *wire) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
			w.mutex.Lock()
			defer w.mutex.Unlock()
			if info.Reused {
				w.reused++
			} else {
				w.dialled++
			}
		}}
		response, err := next.RoundTrip(request.WithContext(httptrace.WithClientTrace(request.Context(), trace)))
		if err == nil {
			w.mutex.Lock()
			defer w.mutex.Unlock()
			if kind := request.Header.Get("Content-Type"); kind != "" {
				w.sent = append(w.sent, kind)
			}
			w.contentTypes = append(w.contentTypes, response.Header.Get("Content-Type"))
			w.protocols = append(w.protocols, response.Proto)
			w.statuses = append(w.statuses, response.StatusCode)
		}
		return response, err
	})
}

// The last answer's type.
func (w *wire) contentType() string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if len(w.contentTypes) == 0 {
		return ""
	}
	return w.contentTypes[len(w.contentTypes)-1]
}

// The types of bodies that were sent, each once.
func (w *wire) sentTypes() []string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(w.sent)))
}
