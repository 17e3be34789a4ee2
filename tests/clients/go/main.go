// A resource server whose requests are judged by audient, and a client that tries it.
// Run by `audient dev -- PROGRAM SERVICE_CONFIG`.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	pb "example.com/audient-client/gen/audient/v1"
)

const orders = "https://api.example.com/orders"

var failed = 0

func check(title string, holds bool, seen ...any) {
	if holds {
		fmt.Println("ok      ", title)
		return
	}
	failed++
	fmt.Println("FAILED  ", title, seen)
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

// calls counts what reaches the service, and its retries.
type calls struct{ made int }

func (c *calls) count(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn,
	invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	c.made++
	return invoke(ctx, method, req, reply, cc, opts...)
}

func dial(address, config string, c *calls) *grpc.ClientConn {
	return must(grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(config),
		grpc.WithUnaryInterceptor(c.count)))
}

func mint(request map[string]any) string {
	body := must(json.Marshal(request))
	client := http.Client{Transport: &http.Transport{Proxy: nil}, Timeout: 5 * time.Second}
	answer := must(client.Post(os.Getenv("AUDIENT_ISSUER")+"/mint", "application/json", bytes.NewReader(body)))
	defer answer.Body.Close()
	return string(must(io.ReadAll(answer.Body)))
}

// get asks the resource server with this Authorization header.
func get(handler http.Handler, authorization string) *http.Response {
	request := httptest.NewRequest(http.MethodGet, "/orders", nil)
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func answers(title string, response *http.Response, code int, challenge string) {
	header := response.Header.Get("WWW-Authenticate")
	holds := response.StatusCode == code && must(regexp.MatchString("^(?:"+challenge+")$", header))
	check(title, holds, response.StatusCode, header)
}

func main() {
	config := string(must(os.ReadFile(os.Args[1])))
	counted := &calls{}
	conn := dial(os.Getenv("AUDIENT_ADDR"), config, counted)
	defer conn.Close()
	bearer := NewBearer(conn, "orders")
	hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") })
	reads, writes := bearer.Require(hello), bearer.Require(hello, "orders:write")
	good := "Bearer " + os.Getenv("AUDIENT_TOKEN")

	answers("good: 200", get(reads, good), 200, "")
	answers("good: the scheme in any case", get(reads, "bearer "+os.Getenv("AUDIENT_TOKEN")), 200, "")
	check("good: the second time from memory", counted.made == 1, counted.made)

	invalid := `Bearer realm="orders", error="invalid_token", error_description="[^"\\]+"`
	near := get(reads, "Bearer "+mint(map[string]any{"aud": []string{orders + "/"}}))
	answers("near miss: 401", near, 401, invalid)
	other := get(reads, "Bearer "+mint(map[string]any{"aud": []string{"https://api.example.com/payments"}}))
	answers("another service's: 401", other, 401, invalid)
	check("a stranger cannot tell the two apart", near.Header.Get("WWW-Authenticate") == other.Header.Get("WWW-Authenticate"))
	answers("expired: 401", get(reads, "Bearer "+mint(map[string]any{"expires_in": -60})), 401, invalid)
	answers("missing scope: 403", get(writes, good), 403,
		`Bearer realm="orders", error="insufficient_scope", error_description="[^"\\]+", scope="orders:write"`)
	answers("no token: 401 without error", get(reads, ""), 401, `Bearer realm="orders"`)
	answers("no token: other scheme", get(reads, "Basic YTpi"), 401, `Bearer realm="orders"`)
	answers("no UTF-8: 401", get(reads, "Bearer a.b.\xff"), 401, invalid)
	answers("too large: 400", get(reads, "Bearer "+string(bytes.Repeat([]byte("a"), 20_000))), 400,
		`Bearer realm="orders", error="invalid_request", error_description="[^"\\]+"`)
	made := counted.made
	get(reads, "Bearer x")
	get(reads, "Bearer x")
	check("a no is not kept", counted.made == made+2, counted.made-made)

	answers("unknown audience: 500, our own fault", get(NewBearer(conn, "order").Require(hello), good), 500, "")

	outage := dial(os.Getenv("OUTAGE_ADDR"), config, &calls{})
	defer outage.Close()
	undecidable := mint(map[string]any{"iss": os.Getenv("OUTAGE_ISSUER")})
	response := get(NewBearer(outage, "orders").Require(hello), "Bearer "+undecidable)
	answers("outage: 503, and no challenge", response, 503, "")
	check("outage: Retry-After", must(regexp.MatchString(`^[1-9][0-9]?$`, response.Header.Get("Retry-After"))), response.Header)
	check("outage: the service ends gRPC's own retries", pushedBack(outage, undecidable))

	nobody := dial(os.Getenv("NOBODY_ADDR"), config, &calls{})
	defer nobody.Close()
	answers("nobody there: 503", get(NewBearer(nobody, "orders").Require(hello), good), 503, "")

	if failed > 0 {
		os.Exit(1)
	}
}

// pushedBack is whether the last attempt of a call says that there should be no other.
func pushedBack(conn *grpc.ClientConn, token string) bool {
	var trailer metadata.MD
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, err := pb.NewIntrospectionServiceClient(conn).Introspect(ctx,
		&pb.IntrospectRequest{Token: token, Audience: "orders"}, grpc.Trailer(&trailer))
	pushback := trailer.Get("grpc-retry-pushback-ms")
	return err != nil && len(pushback) == 1 && pushback[0] == "-1"
}
