// An exec credential plugin that shares nothing with the program under test: it checks what it is told about itself and the
// cluster, and answers with a client certificate.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

type execInfo struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Spec       struct {
		Interactive *bool `json:"interactive"`
		Cluster     *struct {
			Server string `json:"server"`
			CA     []byte `json:"certificate-authority-data"`
			Config struct {
				Cluster string `json:"clusterName"`
			} `json:"config"`
		} `json:"cluster"`
	} `json:"spec"`
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, "plugin: "+why)
	os.Exit(3)
}

func main() {
	var info execInfo
	if err := json.Unmarshal([]byte(os.Getenv("KUBERNETES_EXEC_INFO")), &info); err != nil {
		fail(err.Error())
	}
	switch {
	case info.Kind != "ExecCredential" || info.APIVersion != "client.authentication.k8s.io/v1":
		fail("unexpected kind or version")
	case info.Spec.Interactive == nil || *info.Spec.Interactive:
		fail("nobody is there to be asked")
	case info.Spec.Cluster == nil || info.Spec.Cluster.Server == "" || len(info.Spec.Cluster.CA) == 0:
		fail("the cluster is not told")
	case info.Spec.Cluster.Config.Cluster != os.Getenv("EXPECT_CLUSTER"):
		fail("the cluster's own configuration is not told")
	}
	pem := func(name string) string {
		data, err := base64.StdEncoding.DecodeString(os.Getenv(name))
		if err != nil {
			fail(err.Error())
		}
		return string(data)
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"apiVersion": info.APIVersion,
		"kind":       "ExecCredential",
		"status": map[string]any{
			"clientCertificateData": pem("CERT"),
			"clientKeyData":         pem("KEY"),
			"expirationTimestamp":   time.Now().Add(time.Hour).Format(time.RFC3339Nano),
		},
	})
}
