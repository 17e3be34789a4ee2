package main

import (
	"sync"
	"time"

	pb "example.com/audient-client/gen/audient/v1"
)

// kept holds active answers for as long as each may be reused.
type kept struct {
	mu       sync.Mutex
	capacity int
	answers  map[question]entry
}

// question is what an answer belongs to; the audience is that of the Bearer.
type question struct{ token, scopes string }

type entry struct {
	answer *pb.IntrospectResponse
	until  time.Time
}

func newKept(capacity int) *kept {
	return &kept{capacity: capacity, answers: make(map[question]entry)}
}

func (k *kept) get(key question) *pb.IntrospectResponse {
	k.mu.Lock()
	defer k.mu.Unlock()
	found, ok := k.answers[key]
	if !ok || !time.Now().Before(found.until) {
		delete(k.answers, key)
		return nil
	}
	return found.answer
}

func (k *kept) put(key question, answer *pb.IntrospectResponse, until time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	// A full map gives up any one: what is lost is asked again.
	for other := range k.answers {
		if len(k.answers) < k.capacity {
			break
		}
		delete(k.answers, other)
	}
	k.answers[key] = entry{answer, until}
}
