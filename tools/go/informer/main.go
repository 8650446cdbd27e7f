// Command informer keeps a shared informer of client-go on the ConfigMaps that a selector picks and prints what it sees,
// one JSON object a line: {"type": "synced"}, then "add", "update" and "delete" with the object's identity. When its
// standard input ends it prints the store, one "store" line an object, and ends.
//
//	informer KUBECONFIG CONTEXT NAMESPACE LABEL-SELECTOR
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// Line is one line of the output.
type Line struct {
	Type            string `json:"type"`
	Name            string `json:"name,omitempty"`
	UID             string `json:"uid,omitempty"`
	ResourceVersion string `json:"resourceVersion,omitempty"`
}

// Printer writes whole lines, whoever calls.
type Printer struct {
	mutex   sync.Mutex
	encoder *json.Encoder
}

func (p *Printer) print(kind string, object any) {
	line := Line{Type: kind}
	if gone, missed := object.(cache.DeletedFinalStateUnknown); missed {
		object = gone.Obj
	}
	if configMap, known := object.(*corev1.ConfigMap); known {
		line.Name, line.UID, line.ResourceVersion = configMap.Name, string(configMap.UID), configMap.ResourceVersion
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if err := p.encoder.Encode(line); err != nil {
		fail(err)
	}
}

func main() {
	if len(os.Args) != 5 {
		fail(fmt.Errorf("usage: informer KUBECONFIG CONTEXT NAMESPACE LABEL-SELECTOR"))
	}
	client, err := connect(os.Args[1], os.Args[2])
	if err != nil {
		fail(err)
	}
	informer := informers.NewSharedInformerFactoryWithOptions(client, 0,
		informers.WithNamespace(os.Args[3]),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = os.Args[4] }),
	).Core().V1().ConfigMaps().Informer()
	printer := &Printer{encoder: json.NewEncoder(os.Stdout)}
	registration, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { printer.print("add", object) },
		UpdateFunc: func(_, object any) { printer.print("update", object) },
		DeleteFunc: func(object any) { printer.print("delete", object) },
	})
	if err != nil {
		fail(err)
	}
	stop := make(chan struct{})
	go informer.Run(stop)
	cache.WaitForCacheSync(stop, registration.HasSynced)
	printer.print("synced", nil)

	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		fail(err)
	}
	for _, object := range informer.GetStore().List() {
		printer.print("store", object)
	}
	close(stop)
}

func connect(kubeconfig, context string) (*kubernetes.Clientset, error) {
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
		&clientcmd.ClientConfigLoadingRules{ExplicitPath: kubeconfig},
		&clientcmd.ConfigOverrides{CurrentContext: context},
	).ClientConfig()
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(config)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
