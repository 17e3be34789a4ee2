package main

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "example.com/audient-client/gen/audient/v1"
)

// Bearer protects an HTTP handler with the verdict of audient.
type Bearer struct {
	client   pb.IntrospectionServiceClient
	audience string
	kept     *kept
}

// NewBearer asks about one named audience over conn, which lives as long as the process.
func NewBearer(conn grpc.ClientConnInterface, audience string) *Bearer {
	return &Bearer{pb.NewIntrospectionServiceClient(conn), audience, newKept(10_000)}
}

// [middleware]

// Require serves next to those whose token is active and has the scopes.
func (b *Bearer) Require(next http.Handler, scopes ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := b.ask(r.Context(), bearerToken(r), scopes)
		switch {
		case err != nil:
			cannotTell(w, err)
		case answer.GetActive():
			next.ServeHTTP(w, r)
		default:
			challenge(w, answer.GetBearerChallenge())
		}
	})
}

// challenge answers as RFC 6750 §3 says; every part is ready to be sent.
func challenge(w http.ResponseWriter, c *pb.BearerChallenge) {
	params := []string{`realm="orders"`}
	if c.GetError() != "" {
		params = append(params,
			fmt.Sprintf(`error="%s"`, c.GetError()),
			fmt.Sprintf(`error_description="%s"`, c.GetErrorDescription()))
	}
	if c.GetScope() != "" {
		params = append(params, fmt.Sprintf(`scope="%s"`, c.GetScope()))
	}
	w.Header().Set("WWW-Authenticate", "Bearer "+strings.Join(params, ", "))
	code := int(c.GetHttpStatus())
	if code < 400 || code > 499 {
		code = http.StatusUnauthorized
	}
	http.Error(w, http.StatusText(code), code)
}

// cannotTell says that it is not the token's fault: 503, and when to come again; or 500
// if this program asked wrongly.
func cannotTell(w http.ResponseWriter, err error) {
	code := http.StatusServiceUnavailable
	switch status.Code(err) {
	case codes.InvalidArgument, codes.NotFound, codes.PermissionDenied,
		codes.Unauthenticated, codes.Unimplemented:
		code = http.StatusInternalServerError
	}
	for _, detail := range status.Convert(err).Details() {
		if retry, ok := detail.(*errdetails.RetryInfo); ok && code == http.StatusServiceUnavailable {
			wait := math.Ceil(retry.GetRetryDelay().AsDuration().Seconds())
			w.Header().Set("Retry-After", fmt.Sprintf("%.0f", wait))
		}
	}
	http.Error(w, http.StatusText(code), code)
}

// [middleware]

// ask returns the verdict, from memory while it may be reused.
func (b *Bearer) ask(ctx context.Context, token string, scopes []string) (*pb.IntrospectResponse, error) {
	// A header may hold other bytes than UTF-8; such a token must be refused, not fail the call.
	token = strings.ToValidUTF8(token, "\uFFFD")
	key := question{token, strings.Join(scopes, " ")}
	if answer := b.kept.get(key); answer != nil {
		return answer, nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	sent := time.Now() // with the monotonic clock in it
	answer, err := b.client.Introspect(ctx, &pb.IntrospectRequest{
		Token:          token,
		Audience:       b.audience,
		RequiredScopes: scopes,
	})
	if err == nil && answer.GetActive() && answer.CacheableFor != nil {
		b.kept.put(key, answer, sent.Add(answer.CacheableFor.AsDuration()))
	}
	return answer, err
}

// bearerToken takes the token out of the Authorization header; "" if there is none, which
// audient answers with the right challenge.
func bearerToken(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}
